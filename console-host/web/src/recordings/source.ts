import { activityNames, keyOf, readRecords, RecordKind, type KeyPress, type RecordedEvent } from "./format";
import { readChunks, type ReadChunk } from "./chunkReader";
import { ChunkWindow, type FetchChunks } from "./chunkWindow";

export interface Mark {
  at: number;
  activity: string;
}

const betweenReports = 250;

/**
 * A recording as a page holds it: its outline, which is small and comes whole, and a window on its chunks, which do not. To play it only the
 * first page of chunks has to be there.
 */
export class RecordingSource {
  readonly marks: Mark[] = [];
  readonly keys: KeyPress[] = [];
  /** Seconds in which something happened: on the screen, or by a person. */
  readonly busy = new Set<number>();
  duration: number;
  /** The outline is here. */
  complete = false;
  private readonly window: ChunkWindow;
  private changed: () => void = () => undefined;

  /** @param length how many chunks there are */
  constructor(fetchChunks: FetchChunks, readonly length: number, duration = 0) {
    this.window = new ChunkWindow(fetchChunks, length);
    this.duration = duration;
  }

  onChange(listener: () => void) {
    this.changed = listener;
  }

  /** Takes the outline as it comes. */
  async load(outline: ReadableStream<Uint8Array>): Promise<void> {
    let [next, told] = [0, 0];
    for await (const { number, to, bytes } of readChunks(outline)) {
      // A gap: what comes after it cannot be played.
      if (number !== next) break;
      next += 1;
      this.duration = Math.max(this.duration, to);
      for (const event of readRecords(bytes)) this.note(event);
      if (performance.now() - told < betweenReports) continue;
      told = performance.now();
      this.changed();
    }
    this.complete = true;
    this.changed();
  }

  /** One chunk; waits for it, null when there is none. */
  chunk(number: number): Promise<ReadChunk | null> {
    return this.window.chunk(number);
  }

  /** What the recording itself says that it is of; null for one without anything in it. */
  async engine(): Promise<"rfb" | "guacamole" | null> {
    const first = await this.chunk(0);
    const [start] = first ? readRecords(first.bytes) : [];
    if (!start) return null;
    return start.kind === RecordKind.Start && new TextDecoder().decode(start.content).startsWith("guacamole") ? "guacamole" : "rfb";
  }

  /** The next moment at which something happens, when nothing does for longer than `idle` milliseconds; else the position itself. */
  afterIdle(position: number, idle: number): number {
    // What is not known yet may be anything.
    if (!this.complete) return position;
    const second = Math.floor(position / 1000);
    for (let ahead = 0; ahead * 1000 <= idle; ahead++) if (this.busy.has(second + ahead)) return position;
    for (let next = second; next * 1000 < this.duration; next++) if (this.busy.has(next)) return next * 1000;
    return this.duration;
  }

  private note(event: RecordedEvent) {
    if (event.kind === RecordKind.Key) this.keys.push(keyOf(event));
    if (event.kind === RecordKind.Mark) this.marks.push({ at: event.at, activity: activityNames[String.fromCharCode(event.content[0] ?? 0)] ?? "other" });
    this.busy.add(Math.floor(event.at / 1000));
  }
}
