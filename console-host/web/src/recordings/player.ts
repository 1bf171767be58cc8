import type { Playback } from "./playback";
import type { RecordingSource } from "./source";

export const speeds = [1, 2, 4, 8] as const;

export interface PlayerState {
  position: number;
  playing: boolean;
  speed: number;
  skipIdle: boolean;
  /** How far a seek has got that takes a moment; null while none does. */
  seeking: number | null;
}

const idle = 3_000;

/** The clock of a playback: moves on while it plays, and takes the screen along. One step at a time; the last wish wins. */
export class Player {
  state: PlayerState = { position: 0, playing: false, speed: 1, skipIdle: false, seeking: null };
  private wanted: number | null = null;
  private busy = false;
  private last = 0;
  private frame = 0;
  private disposed = false;

  constructor(private readonly playback: Playback, private readonly source: RecordingSource, private readonly report: (state: PlayerState) => void, private readonly failed: (error: unknown) => void) {
    this.seek(0);
  }

  play() {
    if (this.state.playing) return;
    if (this.state.position >= this.source.duration) this.seek(0);
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

  /** Where the pointer is on what is shown. */
  pointer() {
    return this.playback.pointer();
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
      if (next >= this.source.duration) return this.pause();
    }
    this.frame = requestAnimationFrame(this.tick);
  };

  private async step() {
    if (this.busy) return;
    this.busy = true;
    const slow = setInterval(() => this.set({ seeking: this.playback.position() }), 250);
    try {
      while (this.wanted !== null && !this.disposed) {
        const position = this.wanted;
        this.wanted = null;
        // Who has thought better of it does not wait for the way to end.
        await this.playback.seek(position, () => this.wanted === null && !this.disposed);
      }
    } catch (error) {
      this.wanted = null;
      this.pause();
      if (!this.disposed) this.failed(error);
    } finally {
      clearInterval(slow);
      this.busy = false;
      if (this.state.seeking !== null) this.set({ seeking: null });
    }
  }

  private set(change: Partial<PlayerState>) {
    this.state = { ...this.state, ...change };
    if (!this.disposed) this.report(this.state);
  }
}
