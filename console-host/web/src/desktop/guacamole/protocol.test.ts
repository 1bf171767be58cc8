import Guacamole from "guacamole-common-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endOf } from "../ends";
import { Transfers } from "../files/transfers";
import { entriesOf } from "./guacamoleFiles";
import { readInstructions, writeInstruction } from "./instructions";
import { blobSize, collect, collectText, fromBase64, sendText, toBase64 } from "./streams";
import { openTunnel } from "./tunnel";
import { sendFile } from "./uploads";

function read(message: string) {
  const taken: string[][] = [];
  readInstructions(message, (opcode, parameters) => taken.push([opcode, ...parameters]));
  return taken;
}

describe("instructions", () => {
  it("are written and read with lengths in UTF-16 units", () => {
    const elements = ["clipboard", "0", "text/plain", "", "a,b;c", "ä😀"];
    expect(writeInstruction(["ä😀"])).toBe("3.ä😀;");
    expect(read(writeInstruction(elements) + writeInstruction(["sync", 1]))).toEqual([elements, ["sync", "1"]]);
  });

  it.each(["", "0.;"])("of %j are nothing that could be wrong", (message) => {
    expect(() => read(message)).not.toThrow();
  });

  it.each(["4.sync", "4.sync,", "5.sync;", "4sync;", "-1.a;", "x.a;", "4.sync,3.123;1", "99999999.a;"])("are refused when they are %j", (message) => {
    expect(() => read(message)).toThrow(SyntaxError);
  });
});

class FakeStream {
  index = 0;
  onblob: ((base64: string) => void) | null = null;
  onend: (() => void) | null = null;
  onack: ((status: Guacamole.Status) => void) | null = null;
  acks: number[] = [];
  blobs: string[] = [];
  ended = 0;
  sendAck = (_message: string, code: number) => this.acks.push(code);
  sendBlob = (base64: string) => this.blobs.push(base64);
  sendEnd = () => (this.ended += 1);
  ack = (code = 0) => this.onack?.(new Guacamole.Status(code));
}

describe("streams", () => {
  it("keep characters whole that their parts cut through", async () => {
    const stream = new FakeStream();
    const text = collectText(stream as unknown as Guacamole.InputStream);
    const bytes = new TextEncoder().encode("grüße 😀");
    stream.onblob?.(toBase64(bytes.subarray(0, 3)));
    stream.onblob?.(toBase64(bytes.subarray(3)));
    stream.onend?.();
    expect(await text).toBe("grüße 😀");
    expect(stream.acks).toEqual([0, 0, 0]);
  });

  it("stop at what is not wanted any more", () => {
    const stream = new FakeStream();
    void collect(stream as unknown as Guacamole.InputStream, (size) => size < 3);
    stream.onblob?.(toBase64(Uint8Array.of(1, 2, 3)));
    expect(stream.acks).toEqual([0, 0x0206]);
    expect(stream.onblob).toBeNull();
  });

  it("carry text in parts that guacd takes", () => {
    const stream = new FakeStream();
    const text = "ü".repeat(blobSize);
    sendText(stream as unknown as Guacamole.OutputStream, text);
    const bytes = stream.blobs.flatMap((blob) => [...fromBase64(blob)]);
    expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(text);
    expect([stream.blobs.length, stream.ended]).toEqual([2, 1]);
  });
});

describe("an upload", () => {
  function begin(bytes: number) {
    const stream = new FakeStream();
    const transfers = new Transfers();
    const file = new Blob([new Uint8Array(bytes).fill(7)]);
    // jsdom's Blob has no arrayBuffer.
    file.slice = (start = 0, end = bytes) => ({ arrayBuffer: () => Promise.resolve(new Uint8Array(Math.min(end, bytes) - start).fill(7).buffer) }) as unknown as Blob;
    let stop: () => void = () => undefined;
    const progress = transfers.begin("file", "up", bytes, () => stop());
    stop = sendFile(stream as unknown as Guacamole.OutputStream, file, progress);
    return { stream, transfers };
  }

  it("waits for the desktop, sends no more than a few parts ahead and ends when all arrived", async () => {
    const { stream, transfers } = begin(blobSize * 20);
    expect(stream.blobs).toEqual([]);
    stream.ack();
    await vi.waitFor(() => expect(stream.blobs.length).toBe(16));
    for (let part = 0; part < 20; part++) {
      await vi.waitFor(() => expect(stream.blobs.length).toBeGreaterThan(part));
      stream.ack();
    }
    await vi.waitFor(() => expect(transfers.items()).toMatchObject([{ state: "done", done: blobSize * 20 }]));
    expect([stream.blobs.length, stream.ended]).toEqual([20, 1]);
  });

  it("of nothing is done as soon as the desktop has opened the file", async () => {
    const { stream, transfers } = begin(0);
    stream.ack();
    await vi.waitFor(() => expect(transfers.items()).toMatchObject([{ state: "done" }]));
  });

  it("that is refused says why", () => {
    const { stream, transfers } = begin(10);
    stream.ack(0x0303);
    expect(transfers.items()).toMatchObject([{ state: "failed", problem: "Not allowed." }]);
  });

  it("that is cancelled sends nothing more", async () => {
    const { stream, transfers } = begin(blobSize * 40);
    stream.ack();
    await vi.waitFor(() => expect(stream.blobs.length).toBe(16));
    transfers.cancel(1);
    stream.ack();
    expect([stream.blobs.length, stream.ended]).toEqual([16, 1]);
  });
});

describe("a folder", () => {
  it("lists folders first", () => {
    const folder = "application/vnd.glyptodon.guacamole.stream-index+json";
    expect(entriesOf(JSON.stringify({ "/b.txt": "text/plain", "/z": folder, "/a.txt": "text/plain" }), folder)).toEqual([
      { path: "/z", name: "z", folder: true },
      { path: "/a.txt", name: "a.txt", folder: false },
      { path: "/b.txt", name: "b.txt", folder: false },
    ]);
  });
});

describe("guacd's status", () => {
  it.each([0x0100, 0x0201, 0x0202, 0x0203, 0x0207, 0x0209, 0x0301, 0x0303, 0x031d])("%i is told in a sentence", (code) => {
    expect(endOf(4005, String(code)).sentence).toMatch(/^[A-Z].*\.$/);
  });

  it("before a word of the tunnel's own is only for other pages", () => {
    expect(endOf(4001, "523 stopped")).toMatchObject({ next: "when-running" });
    expect(endOf(4006, "521 replaced").sentence).toContain("another place");
  });
});

class FakeSocket extends EventTarget {
  static last: FakeSocket;
  static readonly OPEN = 1;
  readyState = 1;
  sent: string[] = [];
  constructor(readonly url: URL, readonly protocol: string) {
    super();
    FakeSocket.last = this;
  }
  send = (message: string) => this.sent.push(message);
  close = () => (this.readyState = 3);
  receive = (data: string) => this.dispatchEvent(new MessageEvent("message", { data }));
}

describe("the tunnel", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearInterval", "clearTimeout", "performance", "Date"] });
    vi.stubGlobal("WebSocket", FakeSocket);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function open() {
    const ends: [number, string][] = [];
    const opcodes: string[] = [];
    const counted = openTunnel(Guacamole, "/desktop/a/guacamole", (code, reason) => ends.push([code, reason]));
    counted.tunnel.oninstruction = (opcode) => opcodes.push(opcode);
    counted.tunnel.connect();
    const socket = FakeSocket.last;
    socket.dispatchEvent(new Event("open"));
    return { ...counted, ends, opcodes, socket };
  }

  it("asks for our sub-protocol and takes what is internal for itself", () => {
    const { socket, opcodes, tunnel } = open();
    socket.receive("0.,36.8a1b2c3d-0000-0000-0000-000000000000;4.sync,1.5;");
    expect(socket.protocol).toBe("guacamole");
    expect(opcodes).toEqual(["sync"]);
    expect(tunnel.isConnected()).toBe(true);
  });

  it("measures the round trip with its own ping, also where timers rest", () => {
    const { socket, latency } = open();
    vi.setSystemTime(Date.now());
    vi.advanceTimersByTime(2_000);
    const ping = socket.sent.at(-1) ?? "";
    vi.advanceTimersByTime(40);
    socket.receive(ping);
    expect(latency().value).toBeGreaterThanOrEqual(39);
    expect(latency().fresh).toBe(false);
  });

  it("ends with the code and the word of the socket", () => {
    const { socket, ends } = open();
    const close = new Event("close");
    Object.assign(close, { code: 4001, reason: "stopped" });
    socket.dispatchEvent(close);
    expect(ends).toEqual([[4001, "stopped"]]);
  });

  it("waits for the socket's reason when guacd says that it is over", () => {
    const { socket, ends, opcodes } = open();
    socket.receive("4.sync,1.5;10.disconnect;");
    expect([opcodes, ends]).toEqual([["sync"], []]);
    const close = new Event("close");
    Object.assign(close, { code: 4007, reason: "523 logged-off" });
    socket.dispatchEvent(close);
    expect(ends).toEqual([[4007, "523 logged-off"]]);
  });

  it("ends when what arrives makes no sense", () => {
    const { socket, ends, opcodes } = open();
    socket.receive("4.sync,1.5;9.lie;");
    expect(ends).toEqual([[4005, "protocol"]]);
    expect(opcodes).toEqual(["sync"]);
  });

  it("ends after a long silence, and not before", () => {
    const { ends } = open();
    vi.advanceTimersByTime(14_000);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(3_000);
    expect(ends).toEqual([[1006, ""]]);
  });
});
