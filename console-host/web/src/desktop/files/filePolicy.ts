import type { SessionPolicy } from "../../api/types";
import { engines } from "../engines";
import { lookOnly } from "../policy/rules";
import type { ScreenLink } from "../screenLink";

export const mayUpload = ({ files }: SessionPolicy) => files === "both" || files === "upload";
export const mayDownload = ({ files }: SessionPolicy) => files === "both" || files === "download";

/** What the rules say about files; null where they allow both ways. */
export function filesSentence({ files }: SessionPolicy): string | null {
  switch (files) {
    case "upload":
      return "The rules of this desktop let files in, but not out.";
    case "download":
      return "The rules of this desktop let files out, but not in.";
    case "off":
      return "The rules of this desktop let no files in or out.";
    default:
      return null;
  }
}

export const withoutFiles = ({ engine }: ScreenLink) => `The engine in use, ${engines[engine].label}, has no way for files.`;

/** Why nothing can be uploaded; null when it can. */
export function uploadRefusal(link: ScreenLink): string | null {
  if (!mayUpload(link.session)) return filesSentence(link.session);
  if (link.access !== "control") return lookOnly;
  return link.files ? null : withoutFiles(link);
}

const megabyte = 1024 * 1024;

/** Why a file of this size may not pass; null when it may. */
export function tooLarge(policy: SessionPolicy, direction: "up" | "down", bytes: number): string | null {
  const limit = direction === "up" ? policy.uploadMaximumMegabytes : policy.downloadMaximumMegabytes;
  if (!limit || bytes <= limit * megabyte) return null;
  return `Too large: at most ${limit} MB may be ${direction === "up" ? "uploaded" : "downloaded"} at once.`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < megabyte ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / megabyte).toFixed(1)} MB`;
}
