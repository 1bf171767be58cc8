import { chunkHeadBytes, readChunkHead, type ChunkHead } from "./format";

export interface ReadChunk extends ChunkHead {
  bytes: Uint8Array<ArrayBuffer>;
}

/** Cuts a byte stream into chunks, however it arrives. What is cut off at its end is no chunk. */
export async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<ReadChunk> {
  const reader = stream.getReader();
  let kept = new Uint8Array(0);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const joined = new Uint8Array(kept.length + value.length);
      joined.set(kept);
      joined.set(value, kept.length);
      let at = 0;
      while (joined.length - at >= chunkHeadBytes) {
        const head = readChunkHead(joined.subarray(at));
        const end = at + chunkHeadBytes + head.length;
        if (joined.length < end) break;
        yield { ...head, bytes: joined.slice(at + chunkHeadBytes, end) };
        at = end;
      }
      kept = joined.slice(at);
    }
  } finally {
    // Whoever stops in the middle does not want the rest.
    await reader.cancel().catch(() => undefined);
  }
}
