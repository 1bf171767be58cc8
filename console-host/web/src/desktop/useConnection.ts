import { useEffect, useRef, useState, type RefObject } from "react";
import { api } from "../api/client";
import { ApiError } from "../api/problem";
import { Connector, type Grant, type LinkEvents, type Phase } from "./connector";
import type { EngineChoice } from "./engines";
import { openRfbLink } from "./rfbLink";
import type { Engine, ScreenLink } from "./screenLink";
import { askingOwner } from "./sharing/askOwner";

interface Asking {
  /** Instead of the desktop's own permission: that of a share. */
  grant?: (engine: Engine | null) => Promise<Grant>;
  /** While an owner is being asked, the sentence that says so. */
  asking?: (sentence: string | null) => void;
}

export type ConnectionPhase = Phase<ScreenLink> | { name: "idle" };

/** Holds the connection while the desktop is reachable; takes it up again by itself when the desktop comes back. */
export function useConnection(id: string, connectable: boolean, target: RefObject<HTMLDivElement | null>, engine: EngineChoice, { grant, asking }: Asking = {}) {
  const [phase, setPhase] = useState<ConnectionPhase>({ name: "idle" });
  const connector = useRef<Connector<ScreenLink> | null>(null);
  const choice = useRef({ engine, grant, asking });
  useEffect(() => {
    choice.current = { engine, grant, asking };
  });

  useEffect(() => {
    if (!connectable) return;
    const own = new Connector<ScreenLink>({
      grant: () => {
        const { grant = (wanted: Engine | null) => askingOwner(id, () => api.connect(id, wanted), (sentence) => choice.current.asking?.(sentence)) } = choice.current;
        return grantWith(grant, engine.wanted, (sentence) => choice.current.engine.refused(sentence));
      },
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
async function grantWith(ask: (engine: Engine | null) => Promise<Grant>, engine: Engine | null, refused: (sentence: string) => void): Promise<Grant> {
  try {
    return await ask(engine);
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
