import type { SessionPolicy } from "../api/types";
import type { ScreenLink } from "./screenLink";

export type ClipboardPolicy = SessionPolicy["clipboard"];

export const mayPaste = (policy: ClipboardPolicy) => policy === "both" || policy === "in";
export const mayCopy = (policy: ClipboardPolicy) => policy === "both" || policy === "out";

export function policySentence(policy: ClipboardPolicy): string | null {
  switch (policy) {
    case "in":
      return "The rules of this desktop let text in, but not out.";
    case "out":
      return "The rules of this desktop let text out, but not in.";
    case "off":
      return "The rules of this desktop do not allow the clipboard.";
    default:
      return null;
  }
}

async function permitted(name: "clipboard-read" | "clipboard-write"): Promise<boolean> {
  try {
    // The names are missing from the types, and from some browsers: those then ask, or refuse, by themselves.
    const status = await navigator.permissions.query({ name: name as PermissionName });
    return status.state === "granted";
  } catch {
    return false;
  }
}

/** Reads this machine's clipboard only where that asks nobody anything: a prompt at every focus would be a nuisance. */
export async function readQuietly(): Promise<string | null> {
  if (!document.hasFocus() || !(await permitted("clipboard-read"))) return null;
  return readNow();
}

export async function readNow(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return null;
  }
}

export async function writeQuietly(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Keeps both clipboards the same as far as the browser and the policy let it; `onText` gets what the desktop copied. */
export function syncClipboard(link: ScreenLink, onText: (text: string) => void): () => void {
  const policy = link.session.clipboard;
  let last: string | null = null;

  const toDesktop = async () => {
    const text = await readQuietly();
    if (text === null || text === "" || text === last) return;
    last = text;
    link.pasteText(text);
  };
  const fromDesktop = (text: string) => {
    last = text;
    onText(text);
    void writeQuietly(text);
  };
  const pasted = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain");
    if (!text || event.target instanceof HTMLTextAreaElement) return;
    last = text;
    link.pasteText(text);
  };
  const focused = () => void toDesktop();

  if (mayPaste(policy)) {
    window.addEventListener("focus", focused);
    document.addEventListener("paste", pasted);
    void toDesktop();
  }
  const deaf = mayCopy(policy) ? link.onText(fromDesktop) : undefined;
  return () => {
    window.removeEventListener("focus", focused);
    document.removeEventListener("paste", pasted);
    deaf?.();
  };
}
