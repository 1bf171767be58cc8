import Guacamole from "guacamole-common-js";
import { pointerOf, RecordKind } from "./format";
import type { OpenPlayback, Playback } from "./playback";
import type { RecordingSource } from "./source";

/**
 * guacamole-common-js plays what guacd would have written: its own instructions with the pointer and the keys between them. They come
 * through a tunnel, because its player (1.5.0) forgets a Blob that it is given.
 */
export const openGuacamolePlayback: OpenPlayback = async (target, source, failed) => {
  const tunnel = new Guacamole.Tunnel();
  const recording = new Guacamole.SessionRecording(tunnel);
  const display = recording.getDisplay();
  recording.onerror = (message) => failed(`The player cannot go on: ${message}`);
  target.replaceChildren(display.getElement());
  const fit = () => {
    if (display.getWidth() > 0) display.scale(Math.min(target.clientWidth / display.getWidth(), target.clientHeight / display.getHeight()));
  };
  display.onresize = fit;
  const observer = new ResizeObserver(fit);
  observer.observe(target);
  const first = await load(source, tunnel);

  return {
    // Without a single frame the player has nowhere to go, and never says so.
    seek: (position) => (first === null ? Promise.resolve() : new Promise((resolve) => recording.seek(Math.max(0, Math.min(position - first, recording.getDuration())), resolve))),
    canvas: () => display.getDefaultLayer().getCanvas(),
    dispose() {
      observer.disconnect();
      recording.abort();
      target.replaceChildren();
    },
  } satisfies Playback;
};

/** Everything through the tunnel; when the first frame was, null without any. */
async function load(source: RecordingSource, tunnel: Guacamole.Tunnel): Promise<number | null> {
  const text = new TextDecoder();
  const parser = new Guacamole.Parser();
  let at = 0;
  let first: number | null = null;
  parser.oninstruction = (opcode, parameters) => {
    if (opcode === "sync") first ??= at;
    if (isSeen(opcode, parameters)) tunnel.oninstruction?.(opcode, parameters);
  };
  // Only what has been open can close, and the player keeps what came last when it does.
  tunnel.setState(Guacamole.Tunnel.State.OPEN);
  for (let index = 0; ; index++) {
    const events = await source.chunk(index);
    if (events === null) break;
    for (const event of events) {
      at = event.at;
      if (event.kind === RecordKind.Screen) parser.receive(text.decode(event.content, { stream: true }));
      else if (event.kind === RecordKind.Pointer) {
        const { x, y, buttons } = pointerOf(event);
        tunnel.oninstruction?.("mouse", [x, y, buttons, at].map(String));
      }
    }
  }
  tunnel.setState(Guacamole.Tunnel.State.CLOSED);
  return first;
}

/**
 * The player counts characters where it later cuts bytes: an instruction with anything but ASCII would move every seek behind it. Pictures
 * have none; what may have some (names of files, texts) is not shown when a recording is played.
 */
const isSeen = (opcode: string, parameters: string[]) => [opcode, ...parameters].every((element) => /^[\x20-\x7e]*$/.test(element));
