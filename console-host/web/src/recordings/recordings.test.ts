import { describe, expect, it } from "vitest";
import { readChunks } from "./chunkReader";
import { RecordKind, readRecords, type KeyPress } from "./format";
import { findTyped, typedText } from "./keyText";
import { RecordingSource } from "./source";
import { clock } from "./words";

function record(kind: RecordKind, at: number, content: number[]): number[] {
  const head = new DataView(new ArrayBuffer(9));
  head.setUint8(0, kind);
  head.setUint32(1, at);
  head.setUint32(5, content.length);
  return [...new Uint8Array(head.buffer), ...content];
}

function chunk(number: number, from: number, to: number, records: number[]): number[] {
  const head = new DataView(new ArrayBuffer(16));
  [number, from, to, records.length].forEach((value, index) => head.setUint32(4 * index, value));
  return [...new Uint8Array(head.buffer), ...records];
}

const streamOf = (bytes: number[], size: number) => new ReadableStream<Uint8Array>({
  start(controller) {
    for (let at = 0; at < bytes.length; at += size) controller.enqueue(new Uint8Array(bytes.slice(at, at + size)));
    controller.close();
  },
});

const sourceOf = (chunks: number[][]) => new RecordingSource(
  (first, count) => Promise.resolve(chunks.slice(first, first + count).map((records, index) => ({ number: first + index, from: 0, to: 0, length: records.length, bytes: new Uint8Array(records) }))),
  chunks.length,
);

const key = (keysym: number, at: number, down = true): KeyPress => ({ keysym, at, down });

describe("the format", () => {
  const whole = [...chunk(0, 0, 5, record(RecordKind.Screen, 5, [1, 2, 3])), ...chunk(1, 6, 9, [...record(RecordKind.Mark, 6, [0x6b]), ...record(RecordKind.End, 9, [])])];

  it.each([1, 3, 16, 1000])("is read in pieces of %i bytes", async (size) => {
    const chunks = [];
    for await (const one of readChunks(streamOf(whole, size))) chunks.push(one);
    expect(chunks.map(({ number, to }) => [number, to])).toEqual([[0, 5], [1, 9]]);
    expect([...readRecords(chunks[1]?.bytes ?? new Uint8Array(0))].map(({ kind, at }) => [kind, at])).toEqual([[RecordKind.Mark, 6], [RecordKind.End, 9]]);
  });

  it("ends where it is cut off", async () => {
    const chunks = [];
    for await (const one of readChunks(streamOf(whole.slice(0, -1), 7))) chunks.push(one);
    expect(chunks).toHaveLength(1);
    expect([...readRecords(new Uint8Array(record(RecordKind.Screen, 1, [1, 2]).slice(0, -1)))]).toEqual([]);
  });

  it("is not played over a gap", async () => {
    const source = sourceOf([]);
    await source.load(streamOf([...chunk(0, 0, 5, []), ...chunk(2, 6, 9, [])], 100));
    expect([source.duration, source.complete]).toEqual([5, true]);
  });

  it("gives marks, keys and the time in which nothing happens, all from the outline", async () => {
    const source = sourceOf([]);
    await source.load(streamOf(chunk(0, 0, 20_000, [
      ...record(RecordKind.Mark, 100, [0x6b]), ...record(RecordKind.Key, 100, [1, 0, 0, 0, 0x61]), ...record(RecordKind.Screen, 15_000, []),
    ]), 50));
    expect(source.marks).toEqual([{ at: 100, activity: "keys" }]);
    expect(source.keys).toEqual([{ at: 100, keysym: 0x61, down: true }]);
    expect(source.afterIdle(500, 3_000)).toBe(500);
    expect(source.afterIdle(2_000, 3_000)).toBe(15_000);
    expect(source.afterIdle(16_500, 3_000)).toBe(20_000);
  });

  it("skips nothing before it knows what there is", () => {
    expect(sourceOf([]).afterIdle(2_000, 3_000)).toBe(2_000);
  });

  it("says what it is of, by its first record", async () => {
    const guacamole = [...new TextEncoder().encode("guacamole+keys")];
    expect(await sourceOf([record(RecordKind.Start, 0, guacamole)]).engine()).toBe("guacamole");
    expect(await sourceOf([record(RecordKind.Start, 0, [...new TextEncoder().encode("rfb")])]).engine()).toBe("rfb");
    expect(await sourceOf([]).engine()).toBeNull();
  });
});

describe("what was typed", () => {
  it("is a text without what was taken back and without commands", () => {
    const keys = [
      key(0x68, 1), key(0x68, 2, false), key(0x78, 3), key(0xff08, 4), key(0x69, 5), key(0xffe1, 6), key(0xffe1, 7, false),
      key(0xffe3, 8), key(0x63, 9), key(0xffe3, 10, false), key(0xff0d, 11), key(0x01000000 + 0x1f600, 12), key(0x21, 13),
    ];
    const typed = typedText(keys);
    expect(typed.text).toBe("hi\n😀!");
    expect(typed.at).toEqual([1, 5, 11, 12, 12, 13]);
  });

  it("is found whatever the capitals, with what stands around it", () => {
    const typed = typedText([..."say Hello, hello"].map((character, index) => key(character.charCodeAt(0), index * 10)));
    expect(findTyped(typed, "HELLO")).toEqual([
      { at: 40, before: "say ", match: "Hello", after: ", hello" },
      { at: 110, before: "say Hello, ", match: "hello", after: "" },
    ]);
    expect(findTyped(typed, "")).toEqual([]);
  });
});

it("tells times as people read them", () => {
  expect([clock(5_400), clock(754_000), clock(3_723_000)]).toEqual(["0:05", "12:34", "1:02:03"]);
});
