import { expect, it } from "vitest";
import { ago, between, duration } from "./time";

const now = Date.parse("2026-01-10T12:00:00Z");

it.each([
  ["2026-01-10T11:59:40Z", "just now"],
  ["2026-01-10T11:58:30Z", "1 minute ago"],
  ["2026-01-10T09:00:00Z", "3 hours ago"],
  ["2026-01-09T11:00:00Z", "yesterday"],
  ["2026-01-10T12:08:00Z", "in 8 minutes"],
])("%s is %s", (time, words) => {
  expect(ago(time, now)).toBe(words);
});

it.each([[4.4, "4 s"], [72, "1 min 12 s"], [7500, "2 h 5 min"], [-3, "0 s"]])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

it("what goes on is counted to now, what ended to its end", () => {
  expect(between("2026-01-10T11:59:50Z", null, now)).toBe("10 s");
  expect(between("2026-01-10T11:59:50Z", "2026-01-10T11:59:52Z", now)).toBe("2 s");
});
