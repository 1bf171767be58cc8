import { useEffect, useState, type RefObject } from "react";
import { messageOf } from "../api/problem";
import { openPlayback } from "./playback";
import { Player, type PlayerState } from "./player";
import { openOutline, readChunksOf, type Recording } from "./recordingsApi";
import { RecordingSource } from "./source";

export interface Loaded {
  source: RecordingSource;
  /** Raised with each piece that arrives. */
  pieces: number;
  player: Player | null;
  state: PlayerState | null;
  failure: string | null;
}

/** Puts a player of a recording on the target, and fetches as much of it as that needs; both go with the page. */
export function useRecording(recording: Recording, target: RefObject<HTMLElement | null>): Loaded {
  const [source] = useState(() => new RecordingSource(() => Promise.resolve([]), recording.chunks ?? 0, recording.durationMilliseconds ?? 0));
  const [loaded, setLoaded] = useState<Loaded>({ source, pieces: 0, player: null, state: null, failure: null });

  useEffect(() => {
    const abort = new AbortController();
    const current = new RecordingSource((first, count) => readChunksOf(recording.id, first, count, abort.signal), recording.chunks ?? 0, recording.durationMilliseconds ?? 0);
    let player: Player | null = null;
    const set = (change: Partial<Loaded>) => {
      if (!abort.signal.aborted) setLoaded((old) => ({ ...old, source: current, ...change }));
    };
    const fail = (failure: string) => set({ failure });
    current.onChange(() => setLoaded((old) => (abort.signal.aborted ? old : { ...old, source: current, pieces: old.pieces + 1 })));

    const run = async () => {
      // First and alone: with this request the sitting goes on record, and of several at once each might take itself for the first.
      const outline = await openOutline(recording.id, abort.signal);
      current.load(outline).catch((error: unknown) => fail(messageOf(error)));
      const screen = target.current;
      const engine = await current.engine();
      if (screen === null || engine === null || abort.signal.aborted) return;
      const playback = await openPlayback(engine, screen, current, fail);
      if (abort.signal.aborted) return playback.dispose();
      player = new Player(playback, current, (state) => set({ state }), (error) => fail(messageOf(error)));
      set({ player, state: player.state });
    };
    run().catch((error: unknown) => fail(messageOf(error)));
    return () => {
      abort.abort();
      player?.dispose();
    };
  }, [recording, target]);
  return loaded;
}
