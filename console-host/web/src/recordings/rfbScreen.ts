import type Rfb from "@novnc/novnc";
import { breathe } from "./playback";

/** A screen between two messages of the server: its picture, and what the decoders remember of the rectangles before. */
export interface ScreenState {
  width: number;
  height: number;
  /** Four bytes a point, deflated. */
  picture: Blob;
  decoders: Record<string, Memory>;
}

/** zlib streams go on from rectangle to rectangle for as long as a connection lasts, and so do the tables of JPEG rectangles. */
type Memory = Record<string, unknown>;

interface Inflator {
  strm: Record<string, unknown>;
  chunkSize: number;
}

interface Insides {
  _sock?: { _rQlen?: number; _rQi?: number };
  _rfbConnectionState?: string;
  _flushing?: boolean;
  _FBU: { rects: number };
  _display: { pending(): boolean; flush(): Promise<unknown> };
  _decoders: Record<string, Record<string, unknown>>;
  getImageData(): ImageData;
}

// noVNC 1.7 shows nothing of this; the package is pinned.
const insides = (rfb: Rfb) => rfb as unknown as Insides;

const mostWaits = 5_000;
const bandHeight = 64;
const desktopSize = -223;
const raw = 0;

/** Bytes that noVNC has not decoded yet. */
export function waiting(rfb: Rfb): number {
  const { _sock: socket } = insides(rfb);
  return (socket?._rQlen ?? 0) - (socket?._rQi ?? 0);
}

/** Null in the middle of a message, where no snapshot can be taken, and where a decoder remembers what cannot be copied. */
export async function takeScreen(rfb: Rfb): Promise<ScreenState | null> {
  const inside = insides(rfb);
  await settle(rfb);
  if (waiting(rfb) > 0 || inside._FBU.rects > 0 || inside._rfbConnectionState !== "connected") return null;
  const decoders = memories(inside._decoders);
  if (decoders === null) return null;
  const { width, height, data } = inside.getImageData();
  return { width, height, decoders, picture: await through(new Blob([data as Uint8ClampedArray<ArrayBuffer>]), new CompressionStream("deflate")) };
}

/** Makes a screen that has only been greeted what it was; by the protocol's own means as far as they go. */
export async function restoreScreen(rfb: Rfb, push: (bytes: Uint8Array<ArrayBuffer>) => void, { width, height, picture, decoders }: ScreenState): Promise<void> {
  push(rectangle(0, width, height, desktopSize, new Uint8Array(0)));
  const pixels = new Uint8Array(await (await through(picture, new DecompressionStream("deflate"))).arrayBuffer());
  for (let y = 0; y < height; y += bandHeight) {
    const rows = Math.min(bandHeight, height - y);
    push(rectangle(y, width, rows, raw, pixels.subarray(y * width * 4, (y + rows) * width * 4)));
    await settle(rfb);
  }
  recall(insides(rfb)._decoders, decoders);
}

/** Waits until all that can be decoded is on the screen. */
async function settle(rfb: Rfb) {
  const inside = insides(rfb);
  for (let i = 0; i < mostWaits && (inside._flushing || inside._display.pending()); i++) {
    await inside._display.flush();
    await breathe();
  }
}

/** A FramebufferUpdate (RFC 6143, 7.6.1) of one rectangle over the whole width. */
export function rectangle(y: number, width: number, height: number, encoding: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(16 + content.length);
  const view = new DataView(message.buffer);
  view.setUint16(2, 1);
  [0, y, width, height].forEach((value, index) => view.setUint16(4 + 2 * index, value));
  view.setInt32(12, encoding);
  message.set(content, 16);
  return message;
}

const isInflator = (value: unknown): value is Inflator => typeof value === "object" && value !== null && "strm" in value && "chunkSize" in value;

/** What decoders remember; null where one of them holds a decoder of the browser's, which nobody can copy. */
export function memories(decoders: Insides["_decoders"]): Record<string, Memory> | null {
  if (Object.values(decoders).some(({ _contexts: contexts }) => typeof contexts === "object" && contexts !== null && Object.keys(contexts).length > 0)) return null;
  return Object.fromEntries(Object.entries(decoders).map(([encoding, decoder]) => [encoding, memoryOfAll(decoder)]));
}

function memoryOfAll(decoder: Record<string, unknown>): Memory {
  const memory: Memory = {};
  for (const [name, value] of Object.entries(decoder)) {
    if (isInflator(value)) memory[name] = memoryOf(value);
    else if (Array.isArray(value) && value.length > 0) memory[name] = (value as unknown[]).map((one) => (isInflator(one) ? memoryOf(one) : structuredClone(one)));
  }
  return memory;
}

// The buffers between two rectangles hold nothing.
const memoryOf = ({ strm }: Inflator) => structuredClone({ ...strm, input: null, output: null });

export function recall(decoders: Insides["_decoders"], remembered: Record<string, Memory>) {
  for (const [encoding, memory] of Object.entries(remembered)) {
    const decoder = decoders[encoding];
    if (!decoder) continue;
    for (const [name, value] of Object.entries(memory)) decoder[name] = recalled(decoder[name], value);
  }
}

function recalled(now: unknown, then: unknown): unknown {
  if (Array.isArray(then)) return then.map((one, index) => recalled((now as unknown[] | undefined)?.[index], one));
  if (!isInflator(now)) return structuredClone(then);
  Object.assign(now.strm, structuredClone(then), { output: new Uint8Array(now.chunkSize) });
  return now;
}

async function through(blob: Blob, stream: CompressionStream | DecompressionStream): Promise<Blob> {
  return new Response(blob.stream().pipeThrough(stream)).blob();
}
