import type { PointerPlace } from "./format";
import type { RecordingSource } from "./source";

/** Shows a recording at one moment after the other; an engine of its own for each protocol. */
export interface Playback {
  /**
   * Goes to a moment, backwards too; done when everything up to it was handed to the screen. It gives up on the way when that is no longer
   * wanted, and is then where it has got to.
   */
  seek(position: number, isWanted: () => boolean): Promise<void>;
  /** How far it is. */
  position(): number;
  /** Where the pointer is there. */
  pointer(): PointerPlace | null;
  canvas(): HTMLCanvasElement | null;
  dispose(): void;
}

export type OpenPlayback = (target: HTMLElement, source: RecordingSource, failed: (sentence: string) => void) => Playback;

export async function openPlayback(engine: "rfb" | "guacamole", ...rest: Parameters<OpenPlayback>): Promise<Playback> {
  const open: OpenPlayback = engine === "guacamole" ? (await import("./guacamolePlayback")).openGuacamolePlayback : (await import("./rfbPlayback")).openRfbPlayback;
  return open(...rest);
}

/** Lets the browser do something else, without the wait that timers have in the background. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

const longest = 30;

/** Breathes when it was long ago: a page that decodes hours in one go must still answer a click. */
export class Breath {
  private last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.last < longest) return;
    await breathe();
    this.last = performance.now();
  }
}
