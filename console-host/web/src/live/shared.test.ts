import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveEvent } from "./reducer";
import { listenLive } from "./shared";
import type { LiveListener, LiveStatus } from "./source";

const opened: { listener: LiveListener; closed: boolean }[] = [];
vi.mock("./source", () => ({
  openLiveSource(listener: LiveListener) {
    const source = { listener, closed: false };
    opened.push(source);
    return () => {
      source.closed = true;
    };
  },
}));

/** Locks as a browser has them: one holder, the others in a queue that a signal takes them out of. */
class Locks {
  private tail: Promise<unknown> = Promise.resolve();

  request = (_name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) => {
    const turn = this.tail.then(() => (signal.aborted ? undefined : work()));
    this.tail = turn;
    return turn;
  };
}

class Channel {
  static all = new Set<Channel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor() {
    Channel.all.add(this);
  }

  postMessage(data: unknown) {
    for (const other of Channel.all) if (other !== this) other.onmessage?.({ data });
  }

  close() {
    Channel.all.delete(this);
  }
}

function tab() {
  const events: LiveEvent[] = [];
  const statuses: LiveStatus[] = [];
  const stop = listenLive({ event: (event) => events.push(event), status: (status) => statuses.push(status) });
  return { events, statuses, stop };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

describe("tabs of one browser", () => {
  beforeEach(() => {
    opened.length = 0;
    Channel.all.clear();
    vi.stubGlobal("BroadcastChannel", Channel);
    Object.defineProperty(navigator, "locks", { configurable: true, value: new Locks() });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(navigator, "locks");
  });

  it("share one stream, and each gets every event", async () => {
    const tabs = [tab(), tab(), tab()];
    await settle();
    expect(opened).toHaveLength(1);
    opened[0]?.listener.event({ kind: "templates", data: {} });
    expect(tabs.map(({ events }) => events.map((event) => event.kind))).toEqual([["templates"], ["templates"], ["templates"]]);
  });

  it("hear whether the stream is open, also when they come later", async () => {
    const first = tab();
    await settle();
    opened[0]?.listener.status("open");
    const second = tab();
    await settle();
    expect(first.statuses).toEqual(["open"]);
    expect(second.statuses).toEqual(["open"]);
  });

  it("go on with another stream when the tab that reads it is closed, and ask for everything again", async () => {
    const first = tab();
    const second = tab();
    await settle();
    first.stop();
    await settle();
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
    opened[1]?.listener.status("open");
    expect(second.events.map((event) => event.kind)).toEqual(["reset"]);
  });

  it("leave no stream behind when all are closed", async () => {
    const tabs = [tab(), tab()];
    await settle();
    for (const { stop } of tabs) stop();
    await settle();
    expect(opened.every(({ closed }) => closed)).toBe(true);
  });
});
