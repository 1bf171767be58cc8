import type { RecordedEvent } from "./format";
import { Breath, type Playback } from "./playback";
import { Snapshots, type Snapshot } from "./snapshots";
import type { RecordingSource } from "./source";
import { beginning, Walk } from "./walk";

/** What the players of both formats do: they walk along the records, from the nearest place that they can go on from, and remember such places on the way. */
export abstract class WalkingPlayback<Screen, State> implements Playback {
  protected screen: Screen | null = null;
  protected walk: Walk;
  private readonly snapshots = new Snapshots<State>();

  constructor(protected readonly target: HTMLElement, protected readonly source: RecordingSource, private readonly failed: (sentence: string) => void) {
    this.walk = new Walk(source);
  }

  async seek(position: number, isWanted: () => boolean) {
    const way = this.screen ? this.snapshots.wayTo(position, this.walk.here) : (this.snapshots.before(position) ?? null);
    if (way !== undefined) await this.begin(way);
    const { screen, walk } = this;
    const breath = new Breath();
    for (;;) {
      const event = isWanted() ? await walk.next(position) : null;
      if (screen === null || this.screen !== screen) return;
      if (event === null) break;
      await this.show(screen, event);
      await breath.take();
      if (this.isWhole(screen, event) && this.snapshots.isDue(walk.here)) await this.snap(screen);
      if (this.screen !== screen) return;
    }
    await this.shown(screen);
    if (isWanted()) walk.arrive(position);
  }

  position() {
    return Math.max(0, this.walk.at);
  }

  pointer() {
    return this.walk.here.pointer;
  }

  abstract canvas(): HTMLCanvasElement | null;

  dispose() {
    this.close();
  }

  /** What comes now cannot be shown. */
  protected fail() {
    this.failed("What was recorded from here on makes no sense to the player.");
  }

  protected abstract open(): Screen;

  /** Ends what is shown; another screen may be opened in its place. */
  protected abstract close(): void;

  protected abstract show(screen: Screen, event: RecordedEvent): void | Promise<void>;

  /** When all of the way was shown. */
  protected abstract shown(screen: Screen): void | Promise<void>;

  /** Whether nothing is half done after this record. */
  protected abstract isWhole(screen: Screen, event: RecordedEvent): boolean;

  /** What a screen must remember to be gone on from; null where it cannot be told now. */
  protected abstract state(screen: Screen): Promise<State | null>;

  protected abstract restore(screen: Screen, state: State): Promise<void>;

  private async snap(screen: Screen) {
    const here = this.walk.here;
    const state = await this.state(screen);
    if (state) this.snapshots.add({ ...here, state });
  }

  /** A new screen, as it was at the snapshot; an empty one where there is none. */
  private async begin(snapshot: Snapshot<State> | null) {
    this.close();
    const screen = this.open();
    this.screen = screen;
    this.walk = new Walk(this.source, snapshot ?? beginning);
    if (snapshot) await this.restore(screen, snapshot.state);
  }
}
