import Guacamole from "guacamole-common-js";
import { keyOf, pointerOf, RecordKind, type RecordedEvent } from "./format";
import type { OpenPlayback, Playback } from "./playback";
import type { RecordingSource } from "./source";

const encoder = new TextEncoder();
const instruction = (...elements: (string | number)[]) => encoder.encode(`${elements.map((element) => `${String(element).length}.${element}`).join(",")};`);

/** guacamole-common-js plays what guacd would have written: its own instructions with the pointer and the keys between them. */
export const openGuacamolePlayback: OpenPlayback = async (target, source, failed) => {
  const { blob, first } = await dump(source);
  const recording = new Guacamole.SessionRecording(blob);
  const display = recording.getDisplay();
  recording.onerror = (message) => failed(`The player cannot go on: ${message}`);
  target.replaceChildren(display.getElement());
  const fit = () => {
    if (display.getWidth() > 0) display.scale(Math.min(target.clientWidth / display.getWidth(), target.clientHeight / display.getHeight()));
  };
  display.onresize = fit;
  const observer = new ResizeObserver(fit);
  observer.observe(target);
  await new Promise<void>((resolve) => {
    recording.onload = () => resolve();
    recording.onabort = () => resolve();
  });

  return {
    seek: (position) => new Promise((resolve) => recording.seek(Math.max(0, Math.min(position - first, recording.getDuration())), resolve)),
    canvas: () => display.getDefaultLayer().getCanvas(),
    dispose() {
      observer.disconnect();
      recording.abort();
      target.replaceChildren();
    },
  } satisfies Playback;
};

/** The whole dump, and when its first frame was. */
async function dump(source: RecordingSource): Promise<{ blob: Blob; first: number }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let first: number | null = null;
  for (let index = 0; ; index++) {
    const events = await source.chunk(index);
    if (events === null) break;
    for (const event of events) {
      const part = partOf(event);
      if (part !== null) parts.push(part);
      if (event.kind === RecordKind.Screen) first ??= event.at;
    }
  }
  return { blob: new Blob(parts), first: first ?? 0 };
}

function partOf(event: RecordedEvent): Uint8Array<ArrayBuffer> | null {
  switch (event.kind) {
    case RecordKind.Screen:
      return event.content;
    case RecordKind.Pointer: {
      const { x, y, buttons } = pointerOf(event);
      return instruction("mouse", x, y, buttons, event.at);
    }
    case RecordKind.Key: {
      const { keysym, down } = keyOf(event);
      return instruction("key", keysym, down ? 1 : 0, event.at);
    }
    default:
      return null;
  }
}
