import type { KeySender } from "./screenLink";

/** X11 keysyms of the keys that a page can press by itself. */
export const keysyms = {
  BackSpace: 0xff08, Tab: 0xff09, Return: 0xff0d, Escape: 0xff1b, Delete: 0xffff, F4: 0xffc1, F11: 0xffc8, PrintScreen: 0xff61,
  Left: 0xff51, Up: 0xff52, Right: 0xff53, Down: 0xff54,
  Control: 0xffe3, Shift: 0xffe1, Alt: 0xffe9, Super: 0xffeb, T: 0x74, W: 0x77, N: 0x6e,
} as const;

export type KeyName = keyof typeof keysyms;

const codes: Record<KeyName, string> = {
  BackSpace: "Backspace", Tab: "Tab", Return: "Enter", Escape: "Escape", Delete: "Delete", F4: "F4", F11: "F11", PrintScreen: "PrintScreen",
  Left: "ArrowLeft", Up: "ArrowUp", Right: "ArrowRight", Down: "ArrowDown",
  Control: "ControlLeft", Shift: "ShiftLeft", Alt: "AltLeft", Super: "MetaLeft", T: "KeyT", W: "KeyW", N: "KeyN",
};

/** Combinations that browsers and systems keep for themselves. */
export const combinations: { label: string; keys: KeyName[] }[] = [
  { label: "Ctrl + Alt + Del", keys: ["Control", "Alt", "Delete"] },
  { label: "Alt + Tab", keys: ["Alt", "Tab"] },
  { label: "Alt + F4", keys: ["Alt", "F4"] },
  { label: "Ctrl + W", keys: ["Control", "W"] },
  { label: "Ctrl + T", keys: ["Control", "T"] },
  { label: "Ctrl + N", keys: ["Control", "N"] },
  { label: "Ctrl + Alt + T", keys: ["Control", "Alt", "T"] },
  { label: "Super", keys: ["Super"] },
  { label: "Esc", keys: ["Escape"] },
  { label: "Tab", keys: ["Tab"] },
  { label: "F11", keys: ["F11"] },
  { label: "Print Screen", keys: ["PrintScreen"] },
];

export const modifiers: { label: string; key: KeyName }[] = [
  { label: "Ctrl", key: "Control" },
  { label: "Alt", key: "Alt" },
  { label: "Shift", key: "Shift" },
  { label: "Super", key: "Super" },
];

export function press(link: KeySender, keys: KeyName[]) {
  for (const key of keys) link.sendKey(keysyms[key], codes[key], true);
  for (const key of keys.toReversed()) link.sendKey(keysyms[key], codes[key], false);
}

export function hold(link: KeySender, key: KeyName, down: boolean) {
  link.sendKey(keysyms[key], codes[key], down);
}

/** Latin-1 characters are their own keysym, all others are Unicode with a mark. */
export function keysymOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (character === "\n") return keysyms.Return;
  if (character === "\t") return keysyms.Tab;
  return (point >= 0x20 && point <= 0x7e) || (point >= 0xa0 && point <= 0xff) ? point : 0x01000000 | point;
}

export function typeText(link: KeySender, text: string) {
  for (const character of text) link.sendKey(keysymOf(character), null);
}
