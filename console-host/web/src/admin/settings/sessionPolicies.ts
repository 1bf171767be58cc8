import type { SessionPolicy } from "../../api/types";

/** A policy of groups; what is left out restricts nothing. */
export interface GroupPolicy extends Partial<{ [Member in keyof SessionPolicy]: SessionPolicy[Member] | null }> {
  name: string;
  groups: string[];
}

type Word = "clipboard" | "files" | "sharing" | "recording" | "adminWatch";
type Amount = "uploadMaximumMegabytes" | "downloadMaximumMegabytes" | "recordingRetentionDays" | "idleStopMinutes" | "maximumSessionMinutes";

export const words: { name: Word; label: string; options: { value: string; label: string }[] }[] = [
  { name: "clipboard", label: "Clipboard", options: [{ value: "in", label: "Only into the desktop" }, { value: "out", label: "Only out of the desktop" }, { value: "off", label: "Off" }] },
  { name: "files", label: "Files", options: [{ value: "upload", label: "Only upload" }, { value: "download", label: "Only download" }, { value: "off", label: "Off" }] },
  { name: "sharing", label: "Sharing", options: [{ value: "view", label: "Only to look" }, { value: "off", label: "Off" }] },
  { name: "recording", label: "Recording", options: [{ value: "screen", label: "The screen" }, { value: "keys", label: "The screen and keys" }] },
  { name: "adminWatch", label: "Administrators look on", options: [{ value: "consent", label: "When the person agrees" }, { value: "off", label: "Never" }] },
];

export const numbers: { name: Amount; label: string }[] = [
  { name: "uploadMaximumMegabytes", label: "Largest upload, MB" },
  { name: "downloadMaximumMegabytes", label: "Largest download, MB" },
  { name: "recordingRetentionDays", label: "Recordings kept, days" },
  { name: "idleStopMinutes", label: "Stop when idle, minutes" },
  { name: "maximumSessionMinutes", label: "Longest connection, minutes" },
];
