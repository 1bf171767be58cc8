import { recall, remember } from "./remembered";
import type { TouchMode } from "./screenLink";

const storageKey = "cws.touch";

export const touchModes: { value: TouchMode; label: string }[] = [
  { value: "touchscreen", label: "Where it taps" },
  { value: "touchpad", label: "As on a touchpad" },
];

export const storedTouchMode = () => recall(storageKey, touchModes.map(({ value }) => value), "touchscreen");
export const rememberTouchMode = (mode: TouchMode) => remember(storageKey, mode);
