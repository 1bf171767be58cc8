import { describe, expect, it, vi } from "vitest";
import { chunksOfAPage, ChunkWindow } from "./chunkWindow";
import type { ReadChunk } from "./chunkReader";
import { RecordKind, type PointerPlace } from "./format";
import { writeInstruction } from "../desktop/guacamole/instructions";
import { endsFrame } from "./guacamolePlayback";
import type { Playback } from "./playback";
import { Player, type PlayerState } from "./player";
import { memories, recall, rectangle } from "./rfbScreen";
import { Snapshots } from "./snapshots";
import { RecordingSource } from "./source";
import { beginning, Walk, type Moment } from "./walk";

const second = 1000;
/** Eight hours, a chunk every five seconds. */
const hours = 5_760;

/** One picture of so many bytes in each chunk, and the pointer behind it. */
function chunkAt(number: number, size = 100): ReadChunk {
  const bytes = new Uint8Array(9 + size + 9 + 5);
  const view = new DataView(bytes.buffer);
  const at = number * 5 * second;
  view.setUint8(0, RecordKind.Screen);
  view.setUint32(1, at);
  view.setUint32(5, size);
  view.setUint32(9, number);
  view.setUint8(9 + size, RecordKind.Pointer);
  view.setUint32(10 + size, at + 1);
  view.setUint32(14 + size, 5);
  view.setUint16(19 + size, number % 1000);
  return { number, from: at, to: at + 1, length: bytes.length, bytes };
}

const pagesOf = (length: number) => vi.fn((first: number, count: number) =>
  Promise.resolve(Array.from({ length: Math.max(0, Math.min(count, length - first)) }, (_, index) => chunkAt(first + index))));

describe("the window on a long recording", () => {
  it("needs one page to begin, fetches ahead and drops what is behind", async () => {
    const fetchChunks = pagesOf(hours);
    const window = new ChunkWindow(fetchChunks, hours);
    expect((await window.chunk(0))?.number).toBe(0);
    expect(fetchChunks.mock.calls.map(([first]) => first)).toEqual([0, chunksOfAPage, 2 * chunksOfAPage]);
    for (let number = 1; number < 500; number++) {
      expect((await window.chunk(number))?.number).toBe(number);
      expect(window.held).toBeLessThanOrEqual(4);
    }
    expect(new Set(fetchChunks.mock.calls.map(([first]) => first)).size).toBe(fetchChunks.mock.calls.length);
  });

  it("goes anywhere without what lies between, and asks for nothing behind the end", async () => {
    const fetchChunks = pagesOf(hours);
    const window = new ChunkWindow(fetchChunks, hours);
    expect((await window.chunk(hours - 1))?.number).toBe(hours - 1);
    expect(await window.chunk(hours)).toBeNull();
    expect(fetchChunks.mock.calls).toEqual([[hours - chunksOfAPage, chunksOfAPage]]);
  });

  it("ends at a gap, and tries again what failed", async () => {
    const answers = [() => Promise.reject(new Error("away")), () => Promise.resolve([chunkAt(0), chunkAt(2)])];
    const window = new ChunkWindow(() => (answers.shift() ?? (() => Promise.resolve([])))(), 3);
    await expect(window.chunk(0)).rejects.toThrow("away");
    expect((await window.chunk(0))?.number).toBe(0);
    expect(await window.chunk(1)).toBeNull();
  });
});

describe("a walk through a recording", () => {
  const source = () => new RecordingSource(pagesOf(hours), hours);

  it("gives every record up to a moment, and the pointer there", async () => {
    const walk = new Walk(source());
    let seen = 0;
    while (await walk.next(60 * second)) seen += 1;
    expect([seen, walk.here.pointer?.x, walk.at]).toEqual([25, 11, 60 * second]);
    walk.arrive(61 * second);
    expect(walk.at).toBe(61 * second);
  });

  it("goes on from any place of another as that one does", async () => {
    const first = new Walk(source());
    while (await first.next(3_600 * second));
    const other = new Walk(source(), first.here);
    expect([await other.next(Infinity), other.here]).toEqual([await first.next(Infinity), first.here]);
  });
});

describe("snapshots", () => {
  const at = (mega: number): Moment => ({ ...beginning, at: mega * second, walked: mega * 1_000_000 });

  it("are taken where there is enough between them", () => {
    const snapshots = new Snapshots<number>(4_000_000);
    expect([snapshots.isDue(at(3)), snapshots.isDue(at(4))]).toEqual([false, true]);
    snapshots.add({ ...at(10), state: 10 });
    expect([at(5), at(7), at(13), at(14)].map((one) => snapshots.isDue(one))).toEqual([true, false, false, true]);
  });

  it("stay few, and cover all of the way", () => {
    const snapshots = new Snapshots<number>(1_000_000);
    for (let mega = 1; mega <= 1_000; mega++) if (snapshots.isDue(at(mega))) snapshots.add({ ...at(mega), state: mega });
    expect(snapshots.count).toBeLessThanOrEqual(32);
    for (let mega = 100; mega <= 1_000; mega += 50) expect(mega - (snapshots.before(mega * second)?.state ?? 0)).toBeLessThanOrEqual(64);
  });

  it("say where to begin: at one before, at none, or where one is", () => {
    const snapshots = new Snapshots<string>(4_000_000);
    snapshots.add({ ...at(10), state: "ten" });
    snapshots.add({ ...at(100), state: "hundred" });
    expect(snapshots.wayTo(5 * second, at(50))).toBeNull();
    expect(snapshots.wayTo(20 * second, at(50))?.state).toBe("ten");
    expect(snapshots.wayTo(150 * second, at(50))?.state).toBe("hundred");
    expect(snapshots.wayTo(60 * second, at(50))).toBeUndefined();
    expect(snapshots.wayTo(101 * second, at(97)), "so near it is no way at all").toBeUndefined();
  });
});

describe("what RFB's decoders remember", () => {
  interface Inflator {
    setInput(data: Uint8Array | null): void;
    inflate(length: number): Uint8Array;
  }

  const newInflator = async () => {
    const path = "../../node_modules/@novnc/novnc/core/inflator.js";
    return new ((await import(/* @vite-ignore */ path)) as { default: new () => Inflator }).default();
  };

  function memoriesOf(decoders: Parameters<typeof memories>[0]) {
    const found = memories(decoders);
    if (found === null) throw new Error("These can be copied.");
    return found;
  }

  /** Node's, of which the page's own types know nothing. */
  interface Deflate {
    on(event: "data", take: (piece: Uint8Array) => void): void;
    write(content: Uint8Array, done: () => void): void;
    flush(kind: number, done: () => void): void;
  }

  const syncFlush = 2;

  /** One zlib stream over several rectangles, as VNC servers send them. */
  async function blocks(contents: Uint8Array[]): Promise<Uint8Array[]> {
    const path = "node:zlib";
    const deflate = ((await import(/* @vite-ignore */ path)) as { createDeflate: () => Deflate }).createDeflate();
    let pieces: number[] = [];
    deflate.on("data", (piece) => pieces.push(...piece));
    const made: Uint8Array[] = [];
    for (const content of contents) {
      await new Promise<void>((resolve) => deflate.write(content, () => deflate.flush(syncFlush, resolve)));
      made.push(new Uint8Array(pieces));
      pieces = [];
    }
    return made;
  }

  it("is taken along, so that a stream goes on in another decoder", async () => {
    const contents = [0, 1, 2].map((shift) => Uint8Array.from({ length: 5_000 }, (_, index) => ((index + shift) * 7) % 251));
    const [one, two, three] = await blocks(contents) as [Uint8Array, Uint8Array, Uint8Array];
    const [first, second] = [await newInflator(), await newInflator()];
    const read = (inflator: Inflator, block: Uint8Array) => {
      inflator.setInput(block);
      const content = inflator.inflate(5_000).slice();
      inflator.setInput(null);
      return content;
    };
    read(first, one);
    read(first, two);
    const memory = memoriesOf({ 7: { _zlibs: [first], _len: 3 }, 16: { _inflator: await newInflator() } });
    read(first, three);
    recall({ 7: { _zlibs: [second] }, 16: { _inflator: await newInflator() } }, memory);
    expect(read(second, three)).toEqual(contents[2]);
    expect(() => read(first, three), "the memory is the copy's alone").not.toThrow();
  });

  it("cannot be copied where the browser decodes", () => {
    expect(memories({ 50: { _contexts: { "0,0": {} } } })).toBeNull();
    const { 50: none, 21: tables } = memoriesOf({ 50: { _contexts: {} }, 21: { _cachedQuantTables: [[1, 2]], _segments: [] } });
    expect([none, tables]).toEqual([{}, { _cachedQuantTables: [[1, 2]] }]);
  });

  it("follows a rectangle of the picture that it belongs to", () => {
    expect([...rectangle(64, 2, 1, -223, new Uint8Array([9]))]).toEqual([0, 0, 0, 1, 0, 0, 0, 64, 0, 2, 0, 1, 0xff, 0xff, 0xff, 0x21, 9]);
  });
});

it("a frame of Guacamole ends with its sync, and nowhere in a text that looks like one", () => {
  const record = (text: string) => ({ kind: RecordKind.Screen, at: 0, content: new TextEncoder().encode(text) });
  const sync = writeInstruction(["sync", "1234", "1"]);
  expect(endsFrame(record(`3.nop;${sync}`), sync)).toBe(true);
  expect(endsFrame(record(`${sync}3.no`), sync)).toBe(false);
  expect(endsFrame(record(sync), "")).toBe(false);
});

describe("a player", () => {
  class Screen implements Playback {
    shown = 0;
    readonly asked: number[] = [];
    let: () => void = () => undefined;

    async seek(position: number, isWanted: () => boolean) {
      this.asked.push(position);
      await new Promise<void>((resolve) => (this.let = resolve));
      if (isWanted()) this.shown = position;
    }

    position = () => this.shown;
    pointer = (): PointerPlace | null => null;
    canvas = () => null;
    dispose = () => undefined;
  }

  const newPlayer = (screen: Playback, failed: (error: unknown) => void = () => undefined) => {
    const states: PlayerState[] = [];
    return { states, player: new Player(screen, new RecordingSource(pagesOf(hours), hours, hours * 5 * second), (state) => states.push(state), failed) };
  };

  it("knows from the beginning how long it is, and goes where somebody wants last", async () => {
    const screen = new Screen();
    const { player } = newPlayer(screen);
    player.seek(7 * 3_600 * second);
    player.seek(10 * second);
    screen.let();
    await vi.waitFor(() => expect(screen.asked).toEqual([0, 10 * second]));
    screen.let();
    await vi.waitFor(() => expect(screen.shown).toBe(10 * second));
    expect(player.state.position).toBe(10 * second);
  });

  it("stops and says so when a piece cannot be fetched, and goes on when somebody tries again", async () => {
    const failed = vi.fn();
    const screen = new Screen();
    const good = screen.seek.bind(screen);
    screen.seek = () => Promise.reject(new Error("away"));
    const { player } = newPlayer(screen, failed);
    await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(1));
    expect(player.state.playing).toBe(false);
    screen.seek = good;
    player.seek(5 * second);
    await vi.waitFor(() => expect(screen.asked).toEqual([5 * second]));
    screen.let();
    await vi.waitFor(() => expect(screen.shown).toBe(5 * second));
  });
});
