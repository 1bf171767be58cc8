import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { onlineManager, useQueryClient } from "@tanstack/react-query";
import { sessionEnded } from "../session/navigation";
import { applyEvent } from "./reducer";
import { listenLive } from "./shared";
import type { LiveStatus } from "./source";

const LiveContext = createContext<LiveStatus>("connecting");

export function useLive() {
  return useContext(LiveContext);
}

/** How often a query should ask for itself: never while events arrive, every few seconds while they do not. */
export function usePolling(): number | false {
  return useLive() === "lost" ? 5_000 : false;
}

/** Feeds server events into the query caches, and tells the page whether it is up to date by itself. */
export function LiveProvider({ children, enabled = true }: { children: ReactNode; enabled?: boolean }) {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>("connecting");

  useEffect(() => {
    if (!enabled) return;
    let lost: ReturnType<typeof setTimeout> | undefined;
    const stop = listenLive({
      event(event) {
        if (event.kind === "session" && event.data.ended) sessionEnded();
        else applyEvent(client, event);
      },
      status(next) {
        if (next === "open") {
          clearTimeout(lost);
          lost = undefined;
          setStatus("open");
        } else {
          // A proxy's reload costs a second; only a longer silence is worth a banner. Further tries do not start it anew.
          lost ??= setTimeout(() => setStatus("lost"), 4_000);
        }
      },
    });
    return () => {
      clearTimeout(lost);
      stop();
    };
  }, [client, enabled]);

  return <LiveContext value={status}>{children}</LiveContext>;
}

function useOnline() {
  const [online, setOnline] = useState(() => onlineManager.isOnline() && navigator.onLine);
  useEffect(() => onlineManager.subscribe(setOnline), []);
  return online;
}

export function ConnectionBanner() {
  const status = useLive();
  const online = useOnline();
  // Without a network of its own a machine still reaches a CloudWorkstation on itself: an open stream is proof enough.
  const text = !online && status !== "open"
    ? "You are offline. What you see may be out of date; it catches up by itself when the network is back."
    : status === "lost"
      ? "Live updates are interrupted. Asking every few seconds until they are back."
      : null;
  return (
    <div role="status" className="banner-slot">
      {text === null ? null : <p className="banner banner-warning">{text}</p>}
    </div>
  );
}
