import { activityNames, keyOf, pointerOf, readRecords, RecordKind, type KeyPress, type PointerPlace, type RecordedEvent } from "./format";
import { readChunks } from "./chunkReader";

export interface Mark {
  at: number;
  activity: string;
}

/** What a recording consists of, as far as it is here. Its pictures are kept as blobs, which the browser may put onto its disk. */
export class RecordingSource {
  readonly marks: Mark[] = [];
  readonly keys: KeyPress[] = [];
  readonly pointer: PointerPlace[] = [];
  /** Seconds in which something happened: on the screen, or by a person. */
  readonly busy = new Set<number>();
  /** What the recording itself says that it is of. */
  engine: "rfb" | "guacamole" = "rfb";
  duration = 0;
  complete = false;
  bytes = 0;
  private readonly chunks: { from: number; blob: Blob }[] = [];
  private changed: () => void = () => undefined;
  private waiting: (() => void)[] = [];

  get length() {
    return this.chunks.length;
  }

  onChange(listener: () => void) {
    this.changed = listener;
  }

  /** Takes everything that comes; ends when the stream does. */
  async load(stream: ReadableStream<Uint8Array>): Promise<void> {
    let next = 0;
    for await (const { number, from, to, bytes } of readChunks(stream)) {
      // A gap: what comes after it could not be decoded.
      if (number !== next) break;
      next += 1;
      this.chunks.push({ from, blob: new Blob([bytes]) });
      this.bytes += bytes.length;
      this.duration = Math.max(this.duration, to);
      for (const event of readRecords(bytes)) this.note(event);
      this.arrived();
    }
    this.complete = true;
    this.arrived();
  }

  /** The records of one chunk; waits for it, null when there is none. */
  async chunk(index: number): Promise<RecordedEvent[] | null> {
    while (index >= this.chunks.length) {
      if (this.complete) return null;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    const stored = this.chunks[index];
    return stored ? [...readRecords(new Uint8Array(await stored.blob.arrayBuffer()))] : null;
  }

  /** Where the pointer was then. */
  pointerAt(position: number): PointerPlace | null {
    let [low, high] = [0, this.pointer.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pointer[middle]?.at ?? Infinity) <= position) low = middle + 1;
      else high = middle;
    }
    return this.pointer[low - 1] ?? null;
  }

  /** The next moment at which something happens, when nothing does for longer than `idle` milliseconds; else the position itself. */
  afterIdle(position: number, idle: number): number {
    const second = Math.floor(position / 1000);
    for (let ahead = 0; ahead * 1000 <= idle; ahead++) if (this.busy.has(second + ahead)) return position;
    for (let next = second; next * 1000 < this.duration; next++) if (this.busy.has(next)) return next * 1000;
    return this.duration;
  }

  private note(event: RecordedEvent) {
    if (event.kind === RecordKind.Start) this.engine = new TextDecoder().decode(event.content).startsWith("guacamole") ? "guacamole" : "rfb";
    if (event.kind === RecordKind.Key) this.keys.push(keyOf(event));
    if (event.kind === RecordKind.Pointer) this.pointer.push(pointerOf(event));
    if (event.kind === RecordKind.Mark) this.marks.push({ at: event.at, activity: activityNames[String.fromCharCode(event.content[0] ?? 0)] ?? "other" });
    // A few bytes are a sign of life and no picture.
    if (event.kind !== RecordKind.Screen || event.content.length > 64) this.busy.add(Math.floor(event.at / 1000));
  }

  private arrived() {
    for (const resolve of this.waiting.splice(0)) resolve();
    this.changed();
  }
}
