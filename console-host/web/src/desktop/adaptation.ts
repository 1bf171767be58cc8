import type { Quality } from "./quality";
import type { Statistics } from "./statistics";

const ladder: Quality[] = ["fast", "balanced", "sharp"];
const slow = { latency: 180, framesPerSecond: 8, busy: 60_000 };
const quick = { latency: 60, framesPerSecond: 15 };

/**
 * Chooses the quality from what was measured. It steps down after three bad seconds in a row and up after ten good ones; a step up that
 * had to be taken back makes the next one wait twice as long, so that a line on the border does not swing.
 */
export class Adaptation {
  private bad = 0;
  private good = 0;
  private patience = 10;
  private steppedUp = false;
  private current: Quality;

  constructor(start: Quality = "balanced") {
    this.current = start;
  }

  get quality(): Quality {
    return this.current;
  }

  /** One second's measurement; answers the quality to change to, or null. */
  sample(statistics: Statistics): Quality | null {
    this.bad = isBad(statistics) ? this.bad + 1 : 0;
    this.good = isGood(statistics) ? this.good + 1 : 0;
    if (this.bad >= 3) return this.step(-1);
    return this.good >= this.patience ? this.step(1) : null;
  }

  private step(by: -1 | 1): Quality | null {
    this.bad = 0;
    this.good = 0;
    const next = ladder[ladder.indexOf(this.current) + by];
    if (!next) return null;
    if (by < 0 && this.steppedUp) this.patience = Math.min(this.patience * 2, 160);
    this.steppedUp = by > 0;
    this.current = next;
    return next;
  }
}

/** Slow answers, or a line so full that it left no moment to ask, with few pictures to show for it. */
function isBad({ latency, fresh, framesPerSecond, receivedPerSecond }: Statistics): boolean {
  if (fresh) return latency !== null && latency > slow.latency;
  return receivedPerSecond > slow.busy && framesPerSecond < slow.framesPerSecond;
}

/** Quick answers, and a screen that either rests or moves smoothly. */
function isGood({ latency, fresh, framesPerSecond, receivedPerSecond }: Statistics): boolean {
  return fresh && latency !== null && latency < quick.latency && (receivedPerSecond < slow.busy || framesPerSecond >= quick.framesPerSecond);
}
