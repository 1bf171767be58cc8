import { describe, expect, it } from "vitest";
import { remoteSize, scaleOf } from "./view";

describe("the size of a remote screen", () => {
  it.each([
    [800.5, 600, true, 2, { width: 1601, height: 1200 }],
    [800, 600, false, 2, { width: 800, height: 600 }],
    [800, 600, true, 0.5, { width: 800, height: 600 }],
    [6000, 600, true, 2, { width: 8192, height: 1200 }],
    [0, 0, true, 1, { width: 16, height: 16 }],
  ])("for %d × %d, dense %s, ratio %d", (width, height, dense, ratio, expected) => {
    expect(remoteSize(width, height, dense, ratio)).toEqual(expected);
  });

  it("is shown as it is, or so that all of it can be seen", () => {
    const screen = { width: 1600, height: 600 };
    const place = { width: 800, height: 600 };
    expect(scaleOf("actual", screen, place)).toBe(1);
    expect(scaleOf("fit", screen, place)).toBe(0.5);
    expect(scaleOf("resize", screen, place)).toBe(0.5);
    expect(scaleOf("fit", { width: 0, height: 0 }, place)).toBe(1);
  });
});
