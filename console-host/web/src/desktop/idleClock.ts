import type { DesktopIdle } from "../api/types";

const BETWEEN_LOOKS = 60_000;
const WHILE_WARNING = 3_000;

/** Milliseconds until the server should be asked again: the input of this page is known there, and not here. */
export function nextLook(idle: DesktopIdle | undefined): number | false {
  if (!idle) return BETWEEN_LOOKS;
  const remaining = idle.remainingSeconds ?? null;
  if (remaining === null) return false;
  const untilWarning = (remaining - (idle.warningSeconds ?? 0)) * 1000;
  return untilWarning <= 0 ? WHILE_WARNING : Math.min(untilWarning + 500, BETWEEN_LOOKS);
}

/** Seconds left when it is time to warn, else null. */
export function warningOf(idle: DesktopIdle | undefined, ageMilliseconds: number): number | null {
  const remaining = idle?.remainingSeconds ?? null;
  if (remaining === null) return null;
  const left = Math.max(0, remaining - Math.floor(ageMilliseconds / 1000));
  return left <= (idle?.warningSeconds ?? 0) ? left : null;
}

/** "1:05". */
export function countdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
