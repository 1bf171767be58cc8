import { useSyncExternalStore } from "react";
import { Tool } from "./Toolbar";
import type { Sound } from "./sound";

/** Appears with the first sound of the desktop. */
export function SoundTool({ sound }: { sound: Sound }) {
  const state = useSyncExternalStore(sound.subscribe, () => (sound.playing ? (sound.muted ? "muted" : "playing") : "silent"));
  if (state === "silent") return null;
  return <Tool icon="speaker" label="Mute" pressed={state === "muted"} onPress={() => sound.mute(state === "playing")} />;
}
