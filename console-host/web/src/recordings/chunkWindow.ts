import type { ReadChunk } from "./chunkReader";

/** So many chunks at once from the server, of 256 KB at most each. */
export const chunksOfAPage = 16;
const pagesAhead = 2;
const mostPages = 4;

/** Chunks from one on, as far as there are so many. */
export type FetchChunks = (first: number, count: number) => Promise<ReadChunk[]>;

/**
 * A recording's chunks around the place at which it is played: the next ones are fetched before they are asked for, and those behind are
 * dropped. What is held is bounded, however long the recording is.
 */
export class ChunkWindow {
  private readonly pages = new Map<number, Promise<ReadChunk[]>>();

  constructor(private readonly fetchChunks: FetchChunks, private readonly length: number) {}

  /** How many pages are held or on their way. */
  get held() {
    return this.pages.size;
  }

  /** Null behind the last, and behind a gap. */
  async chunk(number: number): Promise<ReadChunk | null> {
    if (number >= this.length) return null;
    const page = Math.floor(number / chunksOfAPage);
    const chunks = this.page(page);
    for (let next = page + 1; next <= page + pagesAhead; next++) {
      // Whoever needs it asks again, and hears of it then.
      if (next * chunksOfAPage < this.length) this.page(next).catch(() => undefined);
    }
    const found = (await chunks)[number - page * chunksOfAPage];
    return found?.number === number ? found : null;
  }

  private page(page: number): Promise<ReadChunk[]> {
    const known = this.pages.get(page);
    this.pages.delete(page);
    const first = page * chunksOfAPage;
    const chunks = known ?? this.fetchChunks(first, Math.min(chunksOfAPage, this.length - first));
    this.pages.set(page, chunks);
    // In the order in which they were last wanted; the oldest goes.
    for (const old of this.pages.keys()) {
      if (this.pages.size <= mostPages) break;
      this.pages.delete(old);
    }
    if (!known) {
      chunks.catch(() => {
        if (this.pages.get(page) === chunks) this.pages.delete(page);
      });
    }
    return chunks;
  }
}
