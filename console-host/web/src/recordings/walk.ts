import { pointerOf, readRecords, RecordKind, type PointerPlace, type RecordedEvent } from "./format";
import type { RecordingSource } from "./source";

/** A place in a recording. */
export interface Moment {
  /** Milliseconds since the beginning up to which everything was seen. */
  at: number;
  /** The next record: its chunk, and its place in there. */
  chunk: number;
  record: number;
  /** Bytes of pictures on the way there from the beginning. */
  walked: number;
  pointer: PointerPlace | null;
}

export const beginning: Moment = { at: -1, chunk: 0, record: 0, walked: 0, pointer: null };

/** Goes through a recording's records, chunk after chunk. */
export class Walk {
  private events: RecordedEvent[] | null = null;
  private moment: Moment;

  constructor(private readonly source: RecordingSource, from: Moment = beginning) {
    this.moment = { ...from };
  }

  get here(): Moment {
    return { ...this.moment };
  }

  get at() {
    return this.moment.at;
  }

  /** The next record up to a moment; null when there is none. */
  async next(until: number): Promise<RecordedEvent | null> {
    for (;;) {
      this.events ??= await this.read();
      if (this.events === null) return null;
      const event = this.events[this.moment.record];
      if (event) return event.at > until ? null : this.take(event);
      [this.events, this.moment.chunk, this.moment.record] = [null, this.moment.chunk + 1, 0];
    }
  }

  /** The next record of the screen: at the beginning the server's greeting. */
  async nextScreen(): Promise<RecordedEvent | null> {
    for (;;) {
      const event = await this.next(Infinity);
      if (event === null || event.kind === RecordKind.Screen) return event;
    }
  }

  /** All up to that moment was seen, also when nothing happened then. */
  arrive(position: number) {
    this.moment.at = Math.max(this.moment.at, position);
  }

  private async read() {
    const chunk = await this.source.chunk(this.moment.chunk);
    return chunk && [...readRecords(chunk.bytes)];
  }

  private take(event: RecordedEvent): RecordedEvent {
    this.moment.record += 1;
    this.moment.at = event.at;
    if (event.kind === RecordKind.Screen) this.moment.walked += event.content.length;
    if (event.kind === RecordKind.Pointer) this.moment.pointer = pointerOf(event);
    return event;
  }
}
