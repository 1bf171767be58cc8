import { openLiveSource, type LiveListener, type LiveStatus } from "./source";
import type { LiveEvent } from "./reducer";

/**
 * All tabs share one event stream: a browser opens only six connections to a host over HTTP/1.1, and every stream holds one. The tab
 * that holds the lock reads the stream and repeats it to the others; when it goes, the next takes over and everybody asks again.
 */
type Message = { event: LiveEvent } | { status: LiveStatus } | { hello: true };

export function listenLive(listener: LiveListener): () => void {
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) return openLiveSource(listener);

  const channel = new BroadcastChannel("cws-live");
  const stop = new AbortController();
  let close: (() => void) | undefined;
  let status: LiveStatus = "connecting";

  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if ("event" in data) listener.event(data.event);
    else if ("status" in data) listener.status(data.status);
    else if (close) channel.postMessage({ status } satisfies Message);
  };
  channel.postMessage({ hello: true } satisfies Message);

  const lead = () =>
    new Promise<void>((resolve) => {
      let first = true;
      close = openLiveSource({
        event(event) {
          listener.event(event);
          channel.postMessage({ event } satisfies Message);
        },
        status(next) {
          status = next;
          listener.status(next);
          channel.postMessage({ status: next } satisfies Message);
          if (next !== "open" || !first) return;
          first = false;
          // Between the last leader's end and now something may have been missed.
          const reset: LiveEvent = { kind: "reset", data: {} };
          listener.event(reset);
          channel.postMessage({ event: reset } satisfies Message);
        },
      });
      stop.signal.addEventListener("abort", () => {
        close?.();
        resolve();
      });
    });

  navigator.locks.request("cws-live", { signal: stop.signal }, lead).catch(() => undefined);
  return () => {
    stop.abort();
    channel.close();
  };
}
