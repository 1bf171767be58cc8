import type { Desktop, Operation } from "./types";

export function newerDesktop(known: Desktop | undefined, incoming: Desktop): Desktop {
  return known !== undefined && known.version > incoming.version ? known : incoming;
}

const rank = { queued: 0, running: 1, succeeded: 2, failed: 2, cancelled: 2 } as const;

/** Operations carry no version: what lies further along the way from queued to ended is newer. */
export function newerOperation(known: Operation | undefined, incoming: Operation): Operation {
  if (known === undefined || known.attempt < incoming.attempt) return incoming;
  if (known.attempt > incoming.attempt) return known;
  if (rank[known.state] !== rank[incoming.state]) {
    // A failed try that will be repeated goes from running back to queued, with a time for the next one.
    const waitsForRetry = incoming.state === "queued" && Boolean(incoming.nextAttemptAt) && known.state === "running";
    return rank[known.state] > rank[incoming.state] && !waitsForRetry ? known : incoming;
  }
  return known.logLength > incoming.logLength || known.progress.done > incoming.progress.done ? known : incoming;
}
