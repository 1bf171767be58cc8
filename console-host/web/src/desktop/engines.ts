import { useState } from "react";
import { recall, remember } from "./remembered";
import type { Engine } from "./screenLink";

export const engines: Record<Engine, { label: string; hint: string }> = {
  rfb: { label: "Direct (VNC)", hint: "The least delay." },
  guacamole: { label: "Guacamole", hint: "With files and sound, where the desktop has them." },
};

/** The engine that this browser asks for at this desktop, and what became of it. */
export interface EngineChoice {
  /** Null: the server chooses. */
  readonly wanted: Engine | null;
  /** Why the wanted one could not be had. */
  readonly refusal: string | null;
  choose(engine: Engine): void;
  refused(sentence: string): void;
}

export function useEngine(desktop: string): EngineChoice {
  const key = `cws.engine.${desktop}`;
  const [wanted, setWanted] = useState<Engine | null>(() => recall<Engine | "">(key, ["rfb", "guacamole"], "") || null);
  const [refusal, setRefusal] = useState<string | null>(null);
  return {
    wanted,
    refusal,
    choose(engine) {
      remember(key, engine);
      setRefusal(null);
      setWanted(engine);
    },
    refused(sentence) {
      remember(key, "");
      setRefusal(sentence);
      setWanted(null);
    },
  };
}
