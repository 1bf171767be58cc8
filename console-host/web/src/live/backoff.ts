/** Waits that double up to a limit, each spread by a quarter so that many browsers do not come back in the same moment. */
export class Backoff {
  private readonly first: number;
  private readonly longest: number;
  private readonly random: () => number;
  private failures = 0;

  constructor(first: number, longest: number, random: () => number = Math.random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  get attempts() {
    return this.failures;
  }

  next(): number {
    const plain = Math.min(this.longest, this.first * 2 ** Math.min(this.failures, 20));
    this.failures += 1;
    return Math.round(plain * (0.75 + this.random() * 0.5));
  }

  reset() {
    this.failures = 0;
  }
}
