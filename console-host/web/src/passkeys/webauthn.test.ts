import { describe, expect, it } from "vitest";
import { browserSentence, bytes, text } from "./webauthn";

describe("what is said between browser and server", () => {
  it("survives the way there and back whatever its length", () => {
    for (let length = 0; length < 70; length += 1) {
      const data = Uint8Array.from({ length }, (_, index) => (index * 37 + 251) % 256);
      const written = text(data.buffer);
      expect(written).toMatch(/^[A-Za-z0-9_-]*$/);
      expect([...bytes(written)]).toEqual([...data]);
    }
  });

  it("is explained when the person or the browser says no, and left alone when the server does", () => {
    expect(browserSentence(new DOMException("x", "NotAllowedError"))).toContain("cancelled");
    expect(browserSentence(new DOMException("x", "InvalidStateError"))).toContain("already");
    expect(browserSentence(new Error("refused"))).toBeNull();
  });
});
