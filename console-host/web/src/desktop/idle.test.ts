import { describe, expect, it } from "vitest";
import type { DesktopIdle } from "../api/types";
import { countdown, nextLook, warningOf } from "./idleClock";

const idle = (remainingSeconds: number | null, warningSeconds = 120): DesktopIdle => ({ since: "2026-01-01T00:00:00Z", remainingSeconds, warningSeconds });

describe("the clock of an idle desktop", () => {
  it("never warns of a desktop that is never stopped, and stops asking", () => {
    expect(warningOf(idle(null), 0)).toBeNull();
    expect(nextLook(idle(null))).toBe(false);
  });

  it("warns from the time that the server names, counted from its answer", () => {
    expect(warningOf(idle(130), 9_000)).toBeNull();
    expect(warningOf(idle(130), 10_000)).toBe(120);
    expect(warningOf(idle(130), 500_000)).toBe(0);
  });

  it("asks again when the warning is due, at least once a minute, and often while it shows", () => {
    expect(nextLook(idle(130))).toBe(10_500);
    expect(nextLook(idle(3_600))).toBe(60_000);
    expect(nextLook(idle(60))).toBe(3_000);
    expect(nextLook(undefined)).toBe(60_000);
  });

  it("counts down in minutes and seconds", () => {
    expect([0, 9, 65, 120].map(countdown)).toEqual(["0:00", "0:09", "1:05", "2:00"]);
  });
});
