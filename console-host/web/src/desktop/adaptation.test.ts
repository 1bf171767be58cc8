import { describe, expect, it } from "vitest";
import { Adaptation } from "./adaptation";
import type { Statistics } from "./statistics";

const base: Statistics = { framesPerSecond: 0, receivedPerSecond: 0, sentPerSecond: 0, latency: 100, fresh: true, size: "" };
const good = { ...base, latency: 20 };
const slow = { ...base, latency: 400 };
const full = { ...base, latency: 20, fresh: false, receivedPerSecond: 500_000, framesPerSecond: 3 };

const feed = (adaptation: Adaptation, statistics: Statistics, seconds: number) => Array.from({ length: seconds }, () => adaptation.sample(statistics)).filter(Boolean);

describe("the quality that is chosen by itself", () => {
  it.each([["slow answers", slow], ["a full line with few pictures", full]])("steps down after three seconds of %s", (_name, bad) => {
    const adaptation = new Adaptation();
    expect(feed(adaptation, bad, 2)).toEqual([]);
    expect(adaptation.sample(bad)).toBe("fast");
  });

  it("steps up after ten good seconds, and not before", () => {
    const adaptation = new Adaptation();
    expect(feed(adaptation, good, 9)).toEqual([]);
    expect(adaptation.sample(good)).toBe("sharp");
  });

  it("stays where it is between the two", () => {
    expect(feed(new Adaptation(), base, 100)).toEqual([]);
  });

  it("is not moved by one bad second", () => {
    const adaptation = new Adaptation();
    for (let turn = 0; turn < 20; turn++) expect([adaptation.sample(slow), adaptation.sample(base)]).toEqual([null, null]);
  });

  it("waits longer with each step up that had to be taken back", () => {
    const adaptation = new Adaptation();
    const waits = [0, 1, 2].map(() => {
      let seconds = 1;
      while (adaptation.sample(good) === null) seconds += 1;
      feed(adaptation, slow, 3);
      return seconds;
    });
    expect(waits).toEqual([10, 20, 40]);
  });

  it("has an end at both ends", () => {
    const adaptation = new Adaptation();
    expect(feed(adaptation, slow, 30)).toEqual(["fast"]);
    expect(feed(adaptation, good, 200)).toEqual(["balanced", "sharp"]);
  });
});
