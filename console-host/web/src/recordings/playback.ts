import type { RecordingSource } from "./source";

/** Shows a recording at one moment after the other; an engine of its own for each protocol. */
export interface Playback {
  /** Goes to a moment, backwards too; done when everything up to it was handed to the screen. */
  seek(position: number): Promise<void>;
  canvas(): HTMLCanvasElement | null;
  dispose(): void;
}

export type OpenPlayback = (target: HTMLElement, source: RecordingSource, failed: (sentence: string) => void) => Promise<Playback>;

export async function openPlayback(...rest: Parameters<OpenPlayback>): Promise<Playback> {
  const open: OpenPlayback = rest[1].engine === "guacamole" ? (await import("./guacamolePlayback")).openGuacamolePlayback : (await import("./rfbPlayback")).openRfbPlayback;
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
