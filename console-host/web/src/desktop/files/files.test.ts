import { describe, expect, it, vi } from "vitest";
import { filesSentence, size, tooLarge } from "./filePolicy";
import { safeName } from "./save";
import { Transfers } from "./transfers";

const policy = { clipboard: "both", files: "both", uploadMaximumMegabytes: 2, sharing: "control", recording: "off", watermark: false, adminWatch: "consent" } as const;

describe("transfers", () => {
  it("are told with every change, newest first", () => {
    const transfers = new Transfers();
    const heard = vi.fn();
    transfers.subscribe(heard);
    const first = transfers.begin("one", "up", 10, () => undefined);
    transfers.begin("two", "down", null, () => undefined);
    first.advance(4);
    expect(transfers.items()).toMatchObject([{ name: "two", total: null }, { name: "one", done: 4 }]);
    expect(heard).toHaveBeenCalledTimes(3);
  });

  it("that were cancelled stop whoever carries them out, and stay cancelled", () => {
    const transfers = new Transfers();
    const stop = vi.fn();
    const progress = transfers.begin("one", "up", 10, stop);
    transfers.cancel(transfers.items()[0]?.id ?? 0);
    progress.finish();
    expect(stop).toHaveBeenCalledOnce();
    expect(progress.ended).toBe(true);
    expect(transfers.items()).toMatchObject([{ state: "cancelled" }]);
  });

  it("fail with the connection; what had ended keeps its end", () => {
    const transfers = new Transfers();
    transfers.begin("done", "up", 1, () => undefined).finish();
    transfers.begin("running", "up", 1, () => undefined);
    transfers.endAll("gone");
    expect(transfers.items()).toMatchObject([{ state: "failed", problem: "gone" }, { state: "done" }]);
    transfers.clearEnded();
    expect(transfers.items()).toEqual([]);
  });
});

describe("a file", () => {
  it("over the policy's limit is told the limit", () => {
    expect(tooLarge(policy, "up", 2 * 1024 * 1024)).toBeNull();
    expect(tooLarge(policy, "up", 2 * 1024 * 1024 + 1)).toContain("2 MB");
    expect(tooLarge(policy, "down", 1e12)).toBeNull();
  });

  it.each([["both", null], ["upload", "in, but not out"], ["download", "out, but not in"], ["off", "no files in or out"]] as const)("rule %s is told as %s", (files, words) => {
    if (words === null) expect(filesSentence({ ...policy, files })).toBeNull();
    else expect(filesSentence({ ...policy, files })).toContain(words);
  });

  it.each([
    ["report.txt", "report.txt"],
    ["../../etc/passwd", "passwd"],
    ["C:\\boot.ini", "boot.ini"],
    ["invoice\u202efdp.exe", "invoicefdp.exe"],
    ["..", "download"],
    ["a/", "download"],
  ])("named %j is saved as %j", (name, expected) => {
    expect(safeName(name)).toBe(expected);
  });

  it.each([[0, "0 bytes"], [2048, "2 KB"], [1_572_864, "1.5 MB"]])("of %d bytes is %s", (bytes, words) => {
    expect(size(bytes)).toBe(words);
  });
});
