import type { SessionPolicy } from "../../api/types";
import type { ExplainedMember, PolicySource } from "./policyApi";

export const lookOnly = "You may look, but not work in this desktop.";

export interface Rule {
  name: string;
  sentence: string;
  /** Something is off, limited or watched. */
  restricts: boolean;
  /** Who says so; null where nobody restricts anything, or nobody told. */
  because: string | null;
}

type Words = Record<string, string>;

const clipboard: Words = {
  both: "Text can be copied into the desktop and out of it.",
  in: "Text can be put into the desktop, but not copied out of it.",
  out: "Text can be copied out of the desktop, but not into it.",
  off: "The clipboard is off: no text goes in or out.",
};
const files: Words = {
  both: "Files can be uploaded and downloaded.",
  upload: "Files can be uploaded, but not downloaded.",
  download: "Files can be downloaded, but not uploaded.",
  off: "Files can be neither uploaded nor downloaded.",
};
const sharing: Words = {
  control: "The session can be shared with others, who may then work in it.",
  view: "The session can be shared with others, who may then only look.",
  off: "The session cannot be shared.",
};
const recording: Words = {
  off: "Sessions are not recorded.",
  screen: "What the screen shows is recorded.",
  keys: "What the screen shows and the keys that are pressed are recorded.",
};
const adminWatch: Words = {
  consent: "Administrators can look on when you agree.",
  tell: "Administrators can look on; you are told when they do.",
  off: "Administrators cannot look on.",
};
const watermark: Words = { true: "The name of who looks is shown over the screen.", false: "Nothing is written over the screen." };

/** Every rule of a session in words, with who made it. */
export function rulesOf(session: SessionPolicy, members: readonly ExplainedMember[] = []): Rule[] {
  const because = (name: string) => reasonOf(members.find((member) => member.name === name)?.from ?? []);
  const worded = (name: string, value: string, words: Words, free: string): Rule => ({ name, sentence: words[value] ?? `${name}: ${value}`, restricts: value !== free, because: because(name) });
  const limited = (name: string, value: number | null | undefined, sentence: (value: number) => string): Rule[] =>
    value ? [{ name, sentence: sentence(value), restricts: true, because: because(name) }] : [];
  const mayUpload = session.files === "both" || session.files === "upload";
  const mayDownload = session.files === "both" || session.files === "download";
  return [
    worded("clipboard", session.clipboard, clipboard, "both"),
    worded("files", session.files, files, "both"),
    ...limited("uploadMaximumMegabytes", mayUpload ? session.uploadMaximumMegabytes : null, (most) => `A file that is uploaded may have at most ${most} MB.`),
    ...limited("downloadMaximumMegabytes", mayDownload ? session.downloadMaximumMegabytes : null, (most) => `A file that is downloaded may have at most ${most} MB.`),
    worded("sharing", session.sharing, sharing, "control"),
    worded("recording", session.recording, recording, "off"),
    ...limited("recordingRetentionDays", session.recording === "off" ? null : session.recordingRetentionDays, (days) => `Recordings are kept for ${days === 1 ? "a day" : `${days} days`}.`),
    worded("watermark", String(session.watermark), watermark, "false"),
    worded("adminWatch", session.adminWatch, adminWatch, session.adminWatch === "tell" ? "" : session.adminWatch),
    ...limited("idleStopMinutes", session.idleStopMinutes, (minutes) => `The desktop is stopped after ${lengthOf(minutes)} without input.`),
    ...limited("maximumSessionMinutes", session.maximumSessionMinutes, (minutes) => `A connection ends after ${lengthOf(minutes)}; you can connect again.`),
  ];
}

/** "8 hours", "90 minutes". */
export function lengthOf(minutes: number): string {
  if (minutes % 60 !== 0) return minutes === 1 ? "a minute" : `${minutes} minutes`;
  return minutes === 60 ? "an hour" : `${minutes / 60} hours`;
}

function reasonOf(from: readonly PolicySource[]): string | null {
  if (from.length === 0) return null;
  const names = from.map(({ kind, name }) => (kind === "template" ? `the template “${name}”` : `the policy “${name}” of the owner’s groups`));
  return `Because of ${names.join(" and ")}.`;
}
