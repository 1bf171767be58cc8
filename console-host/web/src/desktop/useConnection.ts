import { useEffect, useRef, useState, type RefObject } from "react";
import { api } from "../api/client";
import { Connector, type Phase } from "./connector";
import { openRfbLink } from "./rfbLink";
import type { ScreenLink } from "./screenLink";

export type ConnectionPhase = Phase<ScreenLink> | { name: "idle" };

/** Holds the connection while the desktop is reachable; takes it up again by itself when the desktop comes back. */
export function useConnection(id: string, connectable: boolean, target: RefObject<HTMLDivElement | null>) {
  const [phase, setPhase] = useState<ConnectionPhase>({ name: "idle" });
  const connector = useRef<Connector<ScreenLink> | null>(null);

  useEffect(() => {
    if (!connectable) return;
    const own = new Connector<ScreenLink>({
      grant: () => api.connect(id),
      open(grant, events) {
        if (!target.current) throw new Error("The page has no place for the screen.");
        return openRfbLink(target.current, grant, events);
      },
      report: setPhase,
    });
    connector.current = own;
    own.start();
    // After sleep, or when the network is back, nobody should wait for a timer.
    const wake = () => own.wake();
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      own.stop();
      connector.current = null;
      setPhase({ name: "idle" });
    };
  }, [id, connectable, target]);

  return { phase, reconnect: () => connector.current?.start() };
}
