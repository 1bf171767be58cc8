import type { Grant, LinkEvents } from "./connector";
import { openChannel } from "./channel";
import { mayPaste } from "./clipboard";
import type { ScreenLink } from "./screenLink";
import { measure } from "./statistics";

/** A socket that opens and then says nothing is as good as none. */
const connectTimeout = 20_000;

/** noVNC on a counted WebSocket. */
export async function openRfbLink(target: HTMLElement, { url, session, access = "control" }: Grant, events: LinkEvents): Promise<ScreenLink> {
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
  rfb.viewOnly = access === "view";
  const canvas = () => target.querySelector("canvas");

  return {
    engine: "rfb",
    session,
    access,
    traffic: channel.traffic,
    canvas,
    focus: () => rfb.focus({ preventScroll: true }),
    sendKey: (keysym, code, down) => rfb.sendKey(keysym, code, down),
    pasteText: (text) => rfb.clipboardPasteFrom(text),
    onText(listener) {
      const heard = ({ detail }: CustomEvent<{ text: string }>) => listener(detail.text);
      rfb.addEventListener("clipboard", heard);
      return () => rfb.removeEventListener("clipboard", heard);
    },
    // Where the server does not resize its screen, "resize" still fits it to the window.
    applyView(view) {
      rfb.resizeSession = view === "resize";
      rfb.scaleViewport = view !== "actual";
    },
    measure(report) {
      const shown = canvas();
      return shown ? measure(channel, shown, report) : () => undefined;
    },
    close() {
      closed = true;
      clearTimeout(impatient);
      rfb.disconnect();
    },
  };
}
