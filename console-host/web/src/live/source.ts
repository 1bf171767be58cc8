import { Backoff } from "./backoff";
import { renewal } from "../session/renewal";
import type { LiveEvent } from "./reducer";

export type LiveStatus = "connecting" | "open" | "lost";

export interface LiveListener {
  event: (event: LiveEvent) => void;
  status: (status: LiveStatus) => void;
}

const kinds = ["desktop", "desktop-deleted", "operation", "templates", "session", "watchers", "watch-request", "reset"] as const;

/** One EventSource, opened again after failures that the browser itself gives up on (a 401, a 503). */
export function openLiveSource(listener: LiveListener): () => void {
  const backoff = new Backoff(1_000, 30_000);
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let opened = false;
  let closed = false;

  function open() {
    source = new EventSource("/api/v1/events");
    const own = source;
    own.onopen = () => {
      backoff.reset();
      listener.status("open");
      // A new source starts without Last-Event-ID: whatever happened in between must be asked for.
      if (opened) listener.event({ kind: "reset", data: {} });
      opened = true;
    };
    own.onerror = () => {
      listener.status("lost");
      if (own.readyState === EventSource.CLOSED) again();
    };
    for (const kind of kinds) {
      own.addEventListener(kind, (message) => {
        listener.event({ kind, data: JSON.parse((message as MessageEvent<string>).data) } as LiveEvent);
      });
    }
  }

  function again() {
    source?.close();
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (renewal.isDue()) await renewal.renew();
      if (!closed) open();
    }, backoff.next());
  }

  const online = () => {
    backoff.reset();
    listener.status("connecting");
    source?.close();
    clearTimeout(timer);
    open();
  };

  window.addEventListener("online", online);
  listener.status("connecting");
  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    source?.close();
    window.removeEventListener("online", online);
  };
}
