import { endOfStatus } from "./guacamole/statusSentences";

/** How a connection ended, in words, and what follows from it. */
export type Next =
  | "reconnect" // by itself, after a wait
  | "reconnect-now" // by itself, at once: only the ticket was too old
  | "when-running" // by itself, once the desktop runs again
  | "ask" // only when the person wants it
  | "sign-in"
  | "gone";

export interface End {
  sentence: string;
  next: Next;
  /** Instead of "Connection lost" over the wait, where nothing was. */
  title?: string;
}

/** A guest sees the owner's own session: as long as there is none the page waits for it. */
export const ownerAway = (sentence: string): End => ({ sentence, next: "reconnect", title: "Waiting for the owner" });

const byCode: Record<number, End> = {
  1000: { sentence: "The desktop closed the connection.", next: "reconnect" },
  1001: { sentence: "The connection service is being restarted.", next: "reconnect" },
  1006: { sentence: "The connection broke.", next: "reconnect" },
  1009: { sentence: "The desktop sent something that was too large.", next: "reconnect" },
  1011: { sentence: "The connection service had a fault.", next: "reconnect" },
  4000: { sentence: "You were signed out.", next: "sign-in" },
  4001: { sentence: "The desktop was stopped.", next: "when-running" },
  4002: { sentence: "The desktop was deleted.", next: "gone" },
  4003: { sentence: "The permission to connect had run out.", next: "reconnect-now" },
  4004: { sentence: "The desktop's screen does not answer.", next: "reconnect" },
  4005: { sentence: "The desktop's screen answered in a way that makes no sense.", next: "reconnect" },
  4006: { sentence: "The connection was ended by a rule of this desktop.", next: "ask" },
  4007: { sentence: "The session on the desktop was ended.", next: "ask" },
};

const byReason: Record<string, End> = {
  replaced: { sentence: "This desktop was opened in another place, which took the connection over.", next: "ask" },
  transferred: { sentence: "The desktop was handed to another person.", next: "gone" },
  "share-ended": { sentence: "The desktop is no longer shared with you: its owner ended it, or its time is over.", next: "gone" },
  "owner-away": ownerAway("The owner is not connected to this desktop, so there is no session that you could see. You will see it when they are."),
  recording: { sentence: "This desktop may only be used while it is recorded, and the recording could not be kept. Try again; if it happens again, tell an administrator.", next: "ask" },
  "next-part": { sentence: "The recording of this session goes on in its next part.", next: "reconnect-now" },
  policy: { sentence: "This page sent something that the rules of this desktop forbid, so the connection was ended.", next: "ask" },
  "policy-changed": { sentence: "The rules of this desktop have become stricter.", next: "reconnect-now" },
  "maximum-session": { sentence: "The connection has lasted as long as the rules of this desktop let it. Your programs go on running: connect again to go on.", next: "ask" },
  idle: { sentence: "The desktop was not used for a while, so the connection was ended.", next: "ask" },
};

/**
 * The reason wins over the code where it says more: a word of ours, or the number of guacd's status. In the Guacamole engine's tunnel the
 * word stands behind a number that is only there for other people's pages.
 */
export function endOf(code: number, reason: string): End {
  const [, number, word = ""] = /^(\d*) ?(.*)$/.exec(reason) ?? [];
  return byReason[word] ?? (word === "" && number ? endOfStatus(Number(number)) : undefined) ?? byCode[code] ?? { sentence: `The connection ended (${code}).`, next: "reconnect" };
}
