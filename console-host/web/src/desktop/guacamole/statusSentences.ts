import type { End } from "../ends";

/** What guacd's status codes mean to somebody who wanted to see a screen. */
const sentences: Record<number, End> = {
  0x0100: { sentence: "The desktop's connection service does not know this kind of screen.", next: "ask" },
  0x0200: { sentence: "The desktop's connection service had a fault.", next: "reconnect" },
  0x0201: { sentence: "The desktop's connection service is too busy for another screen.", next: "reconnect" },
  0x0202: { sentence: "The desktop did not answer in time.", next: "reconnect" },
  0x0203: { sentence: "The desktop's screen had a fault.", next: "reconnect" },
  0x0204: { sentence: "The desktop's screen was not found where it should be.", next: "reconnect" },
  0x0205: { sentence: "The desktop's screen is in use by somebody else.", next: "ask" },
  0x0206: { sentence: "The desktop closed the session.", next: "ask" },
  0x0207: { sentence: "The desktop's screen does not answer.", next: "reconnect" },
  0x0208: { sentence: "The desktop does not take connections at the moment.", next: "reconnect" },
  0x0209: { sentence: "The screen was opened in another place, which took the connection over.", next: "ask" },
  0x020a: { sentence: "The desktop ended the session because it was not used.", next: "ask" },
  0x020b: { sentence: "The session on the desktop was ended.", next: "ask" },
  0x0300: { sentence: "The desktop's connection service did not understand this page.", next: "ask" },
  0x0301: { sentence: "The desktop did not accept the sign-in. It asks again on the next connection.", next: "ask" },
  0x0303: { sentence: "The desktop refused the connection.", next: "ask" },
  0x0308: { sentence: "This page did not answer in time.", next: "reconnect" },
  0x030d: { sentence: "This page sent more than the desktop could take.", next: "reconnect" },
  0x030f: { sentence: "The desktop does not take this kind of data.", next: "ask" },
  0x031d: { sentence: "The desktop has as many connections as it allows.", next: "ask" },
};

export function endOfStatus(code: number): End | undefined {
  return sentences[code];
}

/** Why a file did not go through, as the other side's refusal says it. */
export function fileProblem(code: number): string {
  switch (code) {
    case 0x0303:
      return "Not allowed.";
    case 0x0204:
      return "Not found on the desktop.";
    case 0x0205:
      return "There is one of this name already.";
    case 0x030d:
      return "Too large.";
    case 0x0100:
      return "The desktop does not take files.";
    default:
      return "The desktop did not take it.";
  }
}

/** Why the desktop proxy kept a file back that the desktop sent. */
export function withheldSentence(why: string): string {
  return why === "download-size" ? "Kept back: it is larger than a rule of this desktop allows." : "Kept back: a rule of this desktop allows no downloads.";
}
