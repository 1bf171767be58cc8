/** The format that docs/recordings.md describes: chunks of records, all numbers big endian. */

export const enum RecordKind {
  Start = 0,
  Screen = 1,
  Key = 2,
  Mark = 3,
  Pointer = 4,
  End = 5,
}

export interface RecordedEvent {
  kind: RecordKind;
  /** Milliseconds since the recording began. */
  at: number;
  content: Uint8Array<ArrayBuffer>;
}

export interface ChunkHead {
  number: number;
  from: number;
  to: number;
  length: number;
}

export const chunkHeadBytes = 16;
const recordHeadBytes = 9;

export function readChunkHead(bytes: Uint8Array): ChunkHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { number: view.getUint32(0), from: view.getUint32(4), to: view.getUint32(8), length: view.getUint32(12) };
}

/** The records of one chunk; what is cut off at its end is none. */
export function* readRecords(bytes: Uint8Array<ArrayBuffer>): Generator<RecordedEvent> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + recordHeadBytes <= bytes.length;) {
    const length = view.getUint32(at + 5);
    const end = at + recordHeadBytes + length;
    if (end > bytes.length) return;
    yield { kind: view.getUint8(at), at: view.getUint32(at + 1), content: bytes.subarray(at + recordHeadBytes, end) };
    at = end;
  }
}

export interface KeyPress {
  at: number;
  keysym: number;
  down: boolean;
}

export function keyOf({ at, content }: RecordedEvent): KeyPress {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  return { at, down: view.getUint8(0) !== 0, keysym: view.getUint32(1) };
}

export interface PointerPlace {
  at: number;
  buttons: number;
  x: number;
  y: number;
}

export function pointerOf({ at, content }: RecordedEvent): PointerPlace {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  return { at, buttons: view.getUint8(0), x: view.getUint16(1), y: view.getUint16(3) };
}

export const activityNames: Record<string, string> = { k: "keys", p: "pointer", t: "touch", c: "clipboard", f: "file" };
