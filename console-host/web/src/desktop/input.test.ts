import { describe, expect, it } from "vitest";
import { mayCopy, mayPaste, policySentence } from "./clipboard";
import { hold, keysymOf, press, typeText } from "./keys";
import { difference, padding } from "./onScreenKeyboard";

function recorder() {
  const sent: [number, boolean | undefined][] = [];
  return { sent, sendKey: (keysym: number, _code: string | null, down?: boolean) => void sent.push([keysym, down]) };
}

describe("keys", () => {
  it("of a combination go down in order and up in reverse", () => {
    const rfb = recorder();
    press(rfb, ["Control", "Alt", "Delete"]);
    expect(rfb.sent).toEqual([[0xffe3, true], [0xffe9, true], [0xffff, true], [0xffff, false], [0xffe9, false], [0xffe3, false]]);
  });

  it("that are held stay down until they are let go", () => {
    const rfb = recorder();
    hold(rfb, "Shift", true);
    hold(rfb, "Shift", false);
    expect(rfb.sent).toEqual([[0xffe1, true], [0xffe1, false]]);
  });

  it("of any script have a keysym", () => {
    expect(keysymOf("a")).toBe(0x61);
    expect(keysymOf("é")).toBe(0xe9);
    expect(keysymOf("€")).toBe(0x010020ac);
    expect(keysymOf("😀")).toBe(0x0101f600);
    expect(keysymOf("\n")).toBe(0xff0d);
  });

  it("of a text are typed one by one, surrogate pairs whole", () => {
    const rfb = recorder();
    typeText(rfb, "a😀");
    expect(rfb.sent.map(([keysym]) => keysym)).toEqual([0x61, 0x0101f600]);
  });
});

describe("the on-screen keyboard", () => {
  it.each([
    [padding, `${padding}a`, { erased: 0, typed: "a" }],
    [`${padding}ab`, `${padding}a`, { erased: 1, typed: "" }],
    [padding, padding.slice(1), { erased: 1, typed: "" }],
    [`${padding}teh`, `${padding}the `, { erased: 2, typed: "he " }],
    [`${padding}😀`, padding, { erased: 1, typed: "" }],
  ])("turns %j into %j by what was typed", (before, after, expected) => {
    expect(difference(before, after)).toEqual(expected);
  });
});

describe("the clipboard's rule", () => {
  it.each([
    ["both", true, true],
    ["in", true, false],
    ["out", false, true],
    ["off", false, false],
  ] as const)("%s: into the desktop %s, out of it %s", (policy, into, out) => {
    expect([mayPaste(policy), mayCopy(policy)]).toEqual([into, out]);
    expect(policySentence(policy) === null).toBe(into && out);
  });
});
