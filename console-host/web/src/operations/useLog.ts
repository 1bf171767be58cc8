import { useEffect, useState } from "react";
import { api } from "../api/client";
import type { LogLine } from "../api/types";

/** The page keeps this many lines; a longer log shows its end. */
export const keptLines = 2_000;

export interface Log {
  lines: LogLine[];
  dropped: number;
  complete: boolean;
  broken: boolean;
}

const empty: Log = { lines: [], dropped: 0, complete: false, broken: false };

export function append(log: Log, added: LogLine[]): Log {
  // A stream that reconnects may repeat a line.
  const last = log.lines.at(-1)?.sequence ?? 0;
  const fresh = added.filter((line) => line.sequence > last);
  if (fresh.length === 0) return log;
  const all = [...log.lines, ...fresh];
  const over = Math.max(0, all.length - keptLines);
  return { ...log, lines: all.slice(over), dropped: log.dropped + over, broken: false };
}

/** Follows an operation's log; lines are added once per frame, however fast they come. */
export function useLog(operation: string): Log {
  const [log, setLog] = useState<Log>(empty);

  useEffect(() => {
    const source = new EventSource(api.logUrl(operation));
    let waiting: LogLine[] = [];
    let frame = 0;
    const flush = () => {
      frame = 0;
      const lines = waiting;
      waiting = [];
      setLog((old) => append(old, lines));
    };
    source.addEventListener("line", (message) => {
      waiting.push(JSON.parse((message as MessageEvent<string>).data) as LogLine);
      if (frame === 0) frame = requestAnimationFrame(flush);
    });
    source.addEventListener("end", () => {
      source.close();
      setLog((old) => ({ ...old, complete: true }));
    });
    source.onerror = () => setLog((old) => ({ ...old, broken: true }));
    return () => {
      source.close();
      cancelAnimationFrame(frame);
      setLog(empty);
    };
  }, [operation]);

  return log;
}
