import type RFB from "@novnc/novnc";
import { openChannel, type Channel } from "./channel";
import { mayPaste } from "./clipboard";
import type { Grant, LinkEvents } from "./connector";
import { denseRfb } from "./denseRfb";
import { typeText } from "./keys";
import { createKeySink } from "./keySink";
import type { Quality } from "./quality";
import type { ScreenLink } from "./screenLink";
import { measure, onePixel, shared } from "./statistics";

/** A socket that opens and then says nothing is as good as none. */
const connectTimeout = 20_000;
const probeTimeout = 800;

const levels: Record<Quality, { quality: number; compression: number }> = {
  sharp: { quality: 9, compression: 2 },
  balanced: { quality: 6, compression: 2 },
  fast: { quality: 2, compression: 6 },
};

/** noVNC on a counted WebSocket. */
export async function openRfbLink(target: HTMLElement, { url, session, access = "control", engines = ["rfb"] }: Grant, events: LinkEvents): Promise<ScreenLink> {
  const { default: Rfb } = await import("@novnc/novnc");
  const channel = openChannel(url);
  const rfb = new (denseRfb(Rfb))(target, channel.socket, { shared: true });
  rfb.background = "transparent";
  rfb.viewOnly = access === "view";
  rfb.focusOnClick = false;
  const end = watchEnd(rfb, channel, events);

  const canvas = () => target.querySelector("canvas");
  const sendKey = (keysym: number, code: string | null, down?: boolean) => rfb.sendKey(keysym, code, down);
  const pasteText = (text: string) => void (mayPaste(session.clipboard) && rfb.clipboardPasteFrom(text));
  const sink = createKeySink(target, { key: (event) => passKey(canvas(), event), type: (text) => typeText({ sendKey }, text), paste: pasteText });
  const refocus = () => sink.focus();
  target.addEventListener("pointerdown", refocus, true);

  return {
    engine: "rfb",
    engines,
    session,
    access,
    traffic: channel.traffic,
    canvas,
    focus: () => sink.focus(),
    sendKey,
    pasteText,
    onText(listener) {
      const heard = ({ detail }: CustomEvent<{ text: string }>) => listener(detail.text);
      rfb.addEventListener("clipboard", heard);
      return () => rfb.removeEventListener("clipboard", heard);
    },
    // Where the server does not resize its screen, "resize" still fits it to the window.
    applyView(view, dense = false) {
      rfb.dense = dense;
      rfb.resizeSession = view === "resize";
      rfb.scaleViewport = view !== "actual";
    },
    measure: shared((report) => {
      const shown = canvas();
      return shown ? measure(channel, shown, report) : () => undefined;
    }),
    quality: {
      live: true,
      use(quality) {
        rfb.qualityLevel = levels[quality].quality;
        rfb.compressionLevel = levels[quality].compression;
      },
    },
    alive: () => answers(channel),
    close() {
      target.removeEventListener("pointerdown", refocus, true);
      sink.dispose();
      end.expected();
      rfb.disconnect();
    },
  };
}

/** noVNC says only whether the end was clean; the code and the word come from the socket itself. */
function watchEnd(rfb: RFB, { socket }: Channel, events: LinkEvents) {
  let failure: { code: number; reason: string } | null = null;
  let closed = false;
  socket.addEventListener("close", ({ code, reason }) => {
    if (closed) return;
    closed = true;
    clearTimeout(impatient);
    events.ended(failure?.code ?? code, failure?.reason ?? reason);
  });
  const impatient = setTimeout(() => {
    failure = { code: 4004, reason: "unreachable" };
    socket.close();
  }, connectTimeout);
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
  return {
    expected() {
      closed = true;
      clearTimeout(impatient);
    },
  };
}

/** noVNC listens on its canvas; it gets the key as if that had the focus. */
function passKey(canvas: HTMLCanvasElement | null, event: KeyboardEvent) {
  const { type, key, code, location, repeat, ctrlKey, shiftKey, altKey, metaKey, keyCode } = event;
  const copy = new KeyboardEvent(type, {
    key, code, location, repeat, ctrlKey, shiftKey, altKey, metaKey, keyCode,
    modifierNumLock: event.getModifierState("NumLock"),
    modifierCapsLock: event.getModifierState("CapsLock"),
    bubbles: false, cancelable: true,
  });
  canvas?.dispatchEvent(copy);
  if (copy.defaultPrevented) event.preventDefault();
}

/** A request for one pixel: whatever arrives next shows that the other end is still there. */
function answers({ socket }: Channel): Promise<boolean> {
  if (socket.readyState !== WebSocket.OPEN) return Promise.resolve(false);
  socket.send(onePixel);
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), probeTimeout);
    socket.addEventListener("message", () => resolve(true), { once: true });
  });
}
