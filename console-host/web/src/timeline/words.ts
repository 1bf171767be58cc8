import { stepWords } from "../desktops/words";
import { duration } from "../ui/time";
import type { StartEstimate, StartTimeline } from "./timelineApi";

const names: Record<string, string> = {
  apply: "Building its resources",
  unattended: "Ready; nobody looked",
  connect: "Connecting",
  frame: "Until the first picture",
};

export function phaseWords(name: string): string {
  return names[name] ?? stepWords(name);
}

/** "40 ms", "0.4 s", "12.3 s", "1 min 5 s": as exact as it is of use. */
export function took(milliseconds: number): string {
  if (milliseconds < 100) return `${Math.round(milliseconds)} ms`;
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds / 1000);
}

/** What somebody who waits is told; null where there is nothing to tell. */
export function estimateWords({ typicalSeconds, remainingSeconds, overdue }: StartEstimate, passedSeconds: number): string {
  if (typeof typicalSeconds !== "number") return "How long it takes is not known yet: nothing like it was done before.";
  const usually = `Usually takes ${typicalSeconds < 1 ? "less than a second" : duration(typicalSeconds)}`;
  if (overdue || typeof remainingSeconds !== "number") return `${usually}; this time it takes longer.`;
  const left = Math.round(remainingSeconds - passedSeconds);
  return `${usually}; ${left >= 1 ? `about ${duration(left)} left` : "any moment now"}.`;
}

/** The whole in a sentence. The time in which nobody looked is not the product's. */
export function summary(timeline: StartTimeline): string {
  const { state, elapsedMilliseconds, readyMilliseconds, firstFrameMilliseconds, unattendedMilliseconds } = timeline;
  if (state === "queued" || state === "running") return `Under way for ${took(elapsedMilliseconds)}.`;
  if (typeof readyMilliseconds !== "number") return `${state === "succeeded" ? "Done" : "Ended without success"} after ${took(elapsedMilliseconds)}.`;
  if (typeof firstFrameMilliseconds !== "number") return `Ready after ${took(readyMilliseconds)}. Nobody has looked at the screen yet.`;
  const shown = `the picture was there after ${took(firstFrameMilliseconds - (unattendedMilliseconds ?? 0))}`;
  return `Ready after ${took(readyMilliseconds)}; ${shown}${unattendedMilliseconds ? ", not counting the time until somebody looked" : ""}.`;
}
