import type RFB from "@novnc/novnc";
import type { SessionPolicy } from "../api/types";
import { openChannel, type Channel } from "./channel";
import type { Link, LinkEvents } from "./connector";
import { mayPaste } from "./clipboard";

/** A socket that opens and then says nothing is as good as none. */
const connectTimeout = 20_000;

/** noVNC on a counted WebSocket. */
export interface RfbLink extends Link {
  rfb: RFB;
  channel: Channel;
  session: SessionPolicy;
}

export async function openRfbLink(target: HTMLElement, url: string, session: SessionPolicy, events: LinkEvents): Promise<RfbLink> {
  const { default: Rfb } = await import("@novnc/novnc");
  const channel = openChannel(url);
  // noVNC says only whether the end was clean; the code and the word come from the socket itself.
  let failure: { code: number; reason: string } | null = null;
  let closed = false;
  channel.socket.addEventListener("close", ({ code, reason }) => {
    if (closed) return;
    closed = true;
    clearTimeout(impatient);
    events.ended(failure?.code ?? code, failure?.reason ?? reason);
  });

  const impatient = setTimeout(() => {
    failure = { code: 4004, reason: "unreachable" };
    channel.socket.close();
  }, connectTimeout);
  const rfb = new Rfb(target, channel.socket, { shared: true });
  rfb.background = "transparent";
  rfb.addEventListener("connect", () => {
    clearTimeout(impatient);
    events.connected();
  });
  // The proxy has signed in to the screen already: a question for a password means that something is wrong behind it.
  const refuse = () => {
    failure = { code: 4005, reason: "protocol" };
    rfb.disconnect();
  };
  rfb.addEventListener("credentialsrequired", refuse);
  rfb.addEventListener("securityfailure", refuse);
  if (!mayPaste(session.clipboard)) rfb.clipboardPasteFrom = () => undefined;

  return {
    rfb,
    channel,
    session,
    close() {
      closed = true;
      clearTimeout(impatient);
      rfb.disconnect();
    },
  };
}
