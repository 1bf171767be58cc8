import type { Playback } from "./playback";
import type { RecordingSource } from "./source";

export const speeds = [1, 2, 4, 8] as const;

export interface PlayerState {
  position: number;
  playing: boolean;
  speed: number;
  skipIdle: boolean;
  /** A seek is under way that takes a moment. */
  seeking: boolean;
}

const idle = 3_000;

/** The clock of a playback: moves on while it plays, and takes the screen along. One step at a time; the last wish wins. */
export class Player {
  state: PlayerState = { position: 0, playing: false, speed: 1, skipIdle: false, seeking: false };
  private wanted: number | null = null;
  private busy = false;
  private last = 0;
  private frame = 0;
  private disposed = false;

  constructor(private readonly playback: Playback, private readonly source: RecordingSource, private readonly report: (state: PlayerState) => void) {
    this.seek(0);
  }

  play() {
    if (this.state.playing) return;
    if (this.source.complete && this.state.position >= this.source.duration) this.seek(0);
    this.last = performance.now();
    this.set({ playing: true });
    this.frame = requestAnimationFrame(this.tick);
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.set({ playing: false });
  }

  toggle() {
    if (this.state.playing) this.pause();
    else this.play();
  }

  seek(position: number) {
    this.wanted = Math.max(0, Math.min(position, this.source.duration));
    this.set({ position: this.wanted });
    void this.step();
  }

  by(milliseconds: number) {
    this.seek(this.state.position + milliseconds);
  }

  use(change: Partial<Pick<PlayerState, "speed" | "skipIdle">>) {
    this.set(change);
  }

  dispose() {
    this.disposed = true;
    cancelAnimationFrame(this.frame);
    this.playback.dispose();
  }

  private readonly tick = (now: number) => {
    const { playing, speed, skipIdle, position } = this.state;
    if (!playing) return;
    const passed = now - this.last;
    this.last = now;
    // While the screen is busy with the step before, time stands still.
    if (!this.busy) {
      const moved = position + passed * speed;
      const next = Math.min(skipIdle ? this.source.afterIdle(moved, idle) : moved, this.source.duration);
      this.wanted = next;
      this.set({ position: next });
      void this.step();
      if (next >= this.source.duration && this.source.complete) return this.pause();
    }
    this.frame = requestAnimationFrame(this.tick);
  };

  private async step() {
    if (this.busy) return;
    this.busy = true;
    const slow = setTimeout(() => this.set({ seeking: true }), 250);
    try {
      while (this.wanted !== null && !this.disposed) {
        const position = this.wanted;
        this.wanted = null;
        await this.playback.seek(position);
      }
    } finally {
      clearTimeout(slow);
      this.busy = false;
      if (this.state.seeking) this.set({ seeking: false });
    }
  }

  private set(change: Partial<PlayerState>) {
    this.state = { ...this.state, ...change };
    if (!this.disposed) this.report(this.state);
  }
}
