import { useEffect, useRef, useState, type RefObject } from "react";
import { api } from "../api/client";
import { ApiError } from "../api/problem";
import { Connector, type Grant, type LinkEvents, type Phase } from "./connector";
import type { EngineChoice } from "./engines";
import { openRfbLink } from "./rfbLink";
import type { Engine, ScreenLink } from "./screenLink";

export type ConnectionPhase = Phase<ScreenLink> | { name: "idle" };

/** Holds the connection while the desktop is reachable; takes it up again by itself when the desktop comes back. */
export function useConnection(id: string, connectable: boolean, target: RefObject<HTMLDivElement | null>, engine: EngineChoice) {
  const [phase, setPhase] = useState<ConnectionPhase>({ name: "idle" });
  const connector = useRef<Connector<ScreenLink> | null>(null);
  const choice = useRef(engine);
  useEffect(() => {
    choice.current = engine;
  });

  useEffect(() => {
    if (!connectable) return;
    const own = new Connector<ScreenLink>({
      grant: () => grantWith(id, engine.wanted, (sentence) => choice.current.refused(sentence)),
      open(grant, events) {
        if (!target.current) throw new Error("The page has no place for the screen.");
        return openLink(target.current, grant, events);
      },
      report: setPhase,
    });
    connector.current = own;
    own.start();
    const deaf = listen(own);
    return () => {
      deaf();
      own.stop();
      connector.current = null;
      setPhase({ name: "idle" });
    };
  }, [id, connectable, target, engine.wanted]);

  return { phase, reconnect: () => connector.current?.start() };
}

/** After sleep, or when the network is back or another one, nobody should wait for a timer. */
function listen(connector: Connector<ScreenLink>): () => void {
  const network = (navigator as Navigator & { connection?: EventTarget }).connection;
  const listeners = new AbortController();
  const { signal } = listeners;
  window.addEventListener("online", () => connector.networkChanged(), { signal });
  network?.addEventListener("change", () => connector.networkChanged(), { signal });
  document.addEventListener("visibilitychange", () => connector.wake(), { signal });
  return () => listeners.abort();
}

/** An engine that this server does not have is told once, and the server's own choice is taken. */
async function grantWith(id: string, engine: Engine | null, refused: (sentence: string) => void): Promise<Grant> {
  try {
    return await api.connect(id, engine);
  } catch (error) {
    if (engine && error instanceof ApiError && error.code === "engine_unavailable") refused(error.message);
    throw error;
  }
}

/** An engine's code is loaded when it is the one. */
async function openLink(target: HTMLElement, grant: Grant, events: LinkEvents): Promise<ScreenLink> {
  if (grant.engine !== "guacamole") return openRfbLink(target, grant, events);
  const { openGuacamoleLink } = await import("./guacamole/guacamoleLink");
  return openGuacamoleLink(target, grant, events);
}
