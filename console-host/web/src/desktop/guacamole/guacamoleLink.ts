import type GuacamoleNamespace from "guacamole-common-js";
import { mayCopy, mayPaste } from "../clipboard";
import type { Grant, LinkEvents } from "../connector";
import { firstQuality, storedQuality, type Quality } from "../quality";
import type { ScreenLink } from "../screenLink";
import { shared, type Measure } from "../statistics";
import { remoteSize, storedDense } from "../view";
import { placeDisplay } from "./guacamoleDisplay";
import { filesOf } from "./guacamoleFiles";
import { keysOf, pointersOf } from "./guacamoleInput";
import { soundOf } from "./guacamoleSound";
import { collectText, sendText, status } from "./streams";
import { openTunnel, type CountedTunnel } from "./tunnel";

type Library = typeof GuacamoleNamespace;

const connectTimeout = 20_000;
const probeTimeout = 800;

/** What a quality offers guacd to encode pictures with. Without loss there is only PNG. */
const images: Record<Quality, string[]> = {
  sharp: ["image/png"],
  balanced: ["image/png", "image/jpeg", "image/webp"],
  fast: ["image/jpeg", "image/webp", "image/png"],
};

/** The Guacamole engine: guacd behind, on our tunnel. */
export async function openGuacamoleLink(target: HTMLElement, { url, session, access = "control", engines = ["guacamole"] }: Grant, events: LinkEvents): Promise<ScreenLink> {
  const { default: Guacamole } = await import("guacamole-common-js");
  const mayControl = access === "control";
  const counted = openTunnel(Guacamole, `${url}?${connectData(Guacamole, target)}`, (code, reason) => end(code, reason));
  const client = new Guacamole.Client(counted.tunnel);
  // The server cuts off who may only look and sends all the same.
  if (!mayControl) client.sendKeyEvent = client.sendMouseState = client.sendTouchState = client.sendSize = () => undefined;
  const display = placeDisplay(target, client);
  const sound = soundOf(Guacamole, client);
  const files = mayControl ? filesOf(Guacamole, client, session) : undefined;
  const pointers = pointersOf(Guacamole, client, mayControl);
  const pasteText = (text: string) => {
    if (mayControl && mayPaste(session.clipboard)) sendText(client.createClipboardStream("text/plain"), text);
  };
  const keys = keysOf(Guacamole, client, target, pasteText);
  const refocus = () => keys.sink.focus();
  target.addEventListener("pointerdown", refocus, true);

  let closed = false;
  let connected = false;
  function end(code: number, reason: string) {
    if (closed) return;
    close();
    events.ended(code, reason);
  }
  function close() {
    if (closed) return;
    closed = true;
    clearTimeout(impatient);
    target.removeEventListener("pointerdown", refocus, true);
    files?.transfers.endAll("The connection ended.");
    keys.close();
    client.disconnect();
    sound.close();
    display.remove();
  }
  let impatient = patience();
  function patience() {
    return setTimeout(() => end(4004, "unreachable"), connectTimeout);
  }
  client.onrequired = (names) => {
    clearTimeout(impatient);
    // A desktop that asks was reached, and only who may answer can go on.
    if (!mayControl) return end(4005, String(status.unauthorized));
    events.asked({
      names,
      answer(values) {
        if (!connected) impatient = patience();
        for (const name of names) sendText(client.createArgumentValueStream("text/plain", name), values[name] ?? "");
      },
    });
  };
  client.onerror = ({ code }) => end(4005, String(code));
  client.onstatechange = (state) => {
    if (state !== Guacamole.Client.State.CONNECTED) return;
    clearTimeout(impatient);
    connected = true;
    events.connected();
  };
  client.connect();

  return {
    engine: "guacamole",
    engines,
    session,
    access,
    traffic: counted.traffic,
    canvas: display.canvas,
    focus: () => keys.sink.focus(),
    sendKey: (keysym, code, down) => keys.sender.sendKey(keysym, code, down),
    pasteText,
    onText: (listener) => listen(client, mayCopy(session.clipboard), listener),
    applyView: (view, dense = false) => display.apply(view, dense),
    measure: shared((report) => measure(client, counted, display.size, report)),
    quality: { live: false, use: () => undefined },
    files,
    sound,
    touch: pointers,
    alive: () => counted.answers(probeTimeout),
    close,
  };
}

/** What guacd wants to know before it connects: the screen, and what this browser can show and play. */
function connectData(Guacamole: Library, target: HTMLElement): URLSearchParams {
  const quality = firstQuality(storedQuality());
  const dense = storedDense() && quality !== "fast";
  const { width, height } = remoteSize(target.clientWidth, target.clientHeight, dense);
  const data = new URLSearchParams({
    width: String(width),
    height: String(height),
    dpi: String(Math.round(96 * (dense ? Math.max(1, window.devicePixelRatio) : 1))),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  for (const type of Guacamole.AudioPlayer.getSupportedTypes()) data.append("audio", type);
  for (const type of images[quality]) data.append("image", type);
  return data;
}

function listen(client: GuacamoleNamespace.Client, allowed: boolean, listener: (text: string) => void): () => void {
  client.onclipboard = (stream, mimetype) => {
    if (allowed && /^text\/plain\b/.test(mimetype)) void collectText(stream).then(listener);
    else stream.sendAck("Not wanted", allowed ? status.closed : status.forbidden);
  };
  return () => {
    client.onclipboard = null;
  };
}

function measure(client: GuacamoleNamespace.Client, { traffic, latency }: CountedTunnel, size: () => string, report: Parameters<Measure>[0]): () => void {
  let painted = 0;
  client.onsync = () => void (painted += 1);
  let before = { at: performance.now(), received: traffic.received, sent: traffic.sent };
  const timer = setInterval(() => {
    const now = performance.now();
    const seconds = (now - before.at) / 1000;
    const { value, fresh } = latency();
    report({
      framesPerSecond: painted / seconds,
      receivedPerSecond: (traffic.received - before.received) / seconds,
      sentPerSecond: (traffic.sent - before.sent) / seconds,
      latency: value,
      fresh,
      size: size(),
    });
    painted = 0;
    before = { at: now, received: traffic.received, sent: traffic.sent };
  }, 1_000);
  return () => {
    clearInterval(timer);
    client.onsync = null;
  };
}
