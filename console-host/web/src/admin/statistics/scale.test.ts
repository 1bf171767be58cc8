import { describe, expect, it } from "vitest";
import { amount, roundTop, stepsOf } from "./scale";

describe("the scale of a chart", () => {
  it.each([[0, 1], [0.3, 0.5], [1, 1], [7, 10], [11, 20], [23, 25], [260, 500], [999, 1000]])("ends %d at %d", (value, top) => {
    expect(roundTop(value)).toBe(top);
  });

  it("has a place for every hour, whatever happened in it", () => {
    expect(stepsOf("2026-11-21T08:30:00Z", "2026-11-21T11:00:00Z", "hour")).toEqual(["2026-11-21T08:00:00.000Z", "2026-11-21T09:00:00.000Z", "2026-11-21T10:00:00.000Z"]);
  });

  it("has a place for every day in UTC", () => {
    expect(stepsOf("2026-11-20T23:00:00Z", "2026-11-22T00:00:00Z", "day")).toEqual(["2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"]);
  });

  it("writes whole numbers plainly", () => {
    expect([3, 0.333, 12.345].map(amount)).toEqual(["3", "0.33", "12.3"]);
  });
});
