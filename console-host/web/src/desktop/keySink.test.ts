import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createKeySink, type KeySink } from "./keySink";

describe("the field behind the screen", () => {
  let place: HTMLElement;
  let sink: KeySink;
  let said: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    said = [];
    place = document.createElement("div");
    document.body.append(place);
    sink = createKeySink(place, {
      key: (event) => said.push(`${event.type === "keydown" ? "+" : "-"}${event.key}`),
      type: (text) => said.push(`type ${text}`),
      paste: (text) => said.push(`paste ${text}`),
    });
  });
  afterEach(() => {
    sink.dispose();
    place.remove();
    vi.useRealTimers();
  });

  function key(type: "keydown" | "keyup", key: string, init: KeyboardEventInit = {}) {
    const event = new KeyboardEvent(type, { key, code: `Key${key}`, cancelable: true, bubbles: true, ...init });
    sink.element.dispatchEvent(event);
    return event;
  }
  const input = (data: string, inputType = "insertText", isComposing = false) => sink.element.dispatchEvent(new InputEvent("input", { data, inputType, isComposing }));
  const composed = (data: string) => sink.element.dispatchEvent(new CompositionEvent("compositionend", { data }));
  function clipboard(text: string) {
    const event = new Event("paste", { cancelable: true });
    Object.defineProperty(event, "clipboardData", { value: { getData: () => text } });
    sink.element.dispatchEvent(event);
  }

  it("passes plain keys on, down and up", () => {
    key("keydown", "a");
    key("keyup", "a");
    expect(said).toEqual(["+a", "-a"]);
  });

  it("leaves keys of a composition to the browser and types what came of it, once", () => {
    key("keydown", "Process", { keyCode: 229 });
    key("keydown", "n", { isComposing: true });
    input("に", "insertCompositionText", true);
    key("keyup", "n");
    composed("日本");
    input("日本", "insertCompositionText");
    expect(said).toEqual(["type 日本"]);
    expect(sink.element.value).toBe("");
  });

  it("types the letter that a dead key made, and neither of the two keys", () => {
    key("keydown", "Dead", { code: "Equal" });
    key("keyup", "Dead", { code: "Equal" });
    key("keydown", "e");
    input("é");
    key("keyup", "e");
    key("keydown", "x");
    expect(said).toEqual(["type é", "+x"]);
  });

  it("forgets a dead key when another key ends it", () => {
    key("keydown", "Dead", { code: "Equal" });
    key("keydown", "Escape");
    key("keydown", "e");
    expect(said).toEqual(["+Escape", "+e"]);
  });

  it("types what a virtual keyboard enters without keys", () => {
    input("hello");
    expect(said).toEqual(["type hello"]);
  });

  it("hands the clipboard over before the keys that paste it", () => {
    key("keydown", "Control", { ctrlKey: true });
    expect(key("keydown", "v", { ctrlKey: true }).defaultPrevented).toBe(false);
    clipboard("of this machine");
    key("keyup", "v", { ctrlKey: true });
    expect(said).toEqual(["+Control", "paste of this machine", "+v", "-v"]);
  });

  it("does not keep the keys when the browser hands nothing over", () => {
    key("keydown", "v", { ctrlKey: true });
    expect(said).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(said).toEqual(["+v"]);
  });

  it("passes a held key on before its release, however quick that is", () => {
    key("keydown", "v", { ctrlKey: true });
    key("keyup", "v", { ctrlKey: true });
    vi.advanceTimersByTime(1_000);
    expect(said).toEqual(["+v", "-v"]);
  });
});
