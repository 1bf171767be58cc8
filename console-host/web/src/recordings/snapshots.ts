import type { Moment } from "./walk";

/** What a screen looked like at one place of a recording, and all that is needed to go on from there. */
export interface Snapshot<State> extends Moment {
  state: State;
}

const most = 32;

/**
 * Snapshots that a player takes while it goes through a recording, so that going back, or to where it has been before, does not begin at the
 * beginning. There are so many of them at most: then every second one goes, and the next are twice as far apart.
 */
export class Snapshots<State> {
  private kept: Snapshot<State>[] = [];

  /** @param spacing bytes of the recording between two of them */
  constructor(public spacing = 4 * 1024 * 1024) {}

  get count() {
    return this.kept.length;
  }

  /** Whether one is worth its while here. */
  isDue({ walked }: Moment): boolean {
    const before = this.kept.findLast((one) => one.walked <= walked);
    const after = this.kept.find((one) => one.walked > walked);
    return walked - (before?.walked ?? 0) >= this.spacing && (after === undefined || after.walked - walked >= this.spacing);
  }

  add(snapshot: Snapshot<State>) {
    const place = this.kept.findIndex((one) => one.walked > snapshot.walked);
    this.kept.splice(place < 0 ? this.kept.length : place, 0, snapshot);
    if (this.kept.length <= most) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 1);
    this.spacing *= 2;
  }

  /** The last one that shows nothing later than that. */
  before(position: number): Snapshot<State> | undefined {
    return this.kept.findLast((one) => one.at <= position);
  }

  /** Where to begin in order to get from one place to a later or earlier moment; undefined for where one is, null for the beginning. */
  wayTo(position: number, from: Moment): Snapshot<State> | null | undefined {
    const nearest = this.before(position);
    if (position < from.at) return nearest ?? null;
    return nearest && nearest.walked - from.walked > this.spacing ? nearest : undefined;
  }
}
