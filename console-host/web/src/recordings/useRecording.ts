import { useEffect, useState, type RefObject } from "react";
import { messageOf } from "../api/problem";
import { openPlayback } from "./playback";
import { Player, type PlayerState } from "./player";
import { openContent, type Recording } from "./recordingsApi";
import { RecordingSource } from "./source";

export interface Loaded {
  source: RecordingSource;
  /** Raised with each piece that arrives. */
  pieces: number;
  player: Player | null;
  state: PlayerState | null;
  failure: string | null;
}

/** Fetches a recording and puts a player on the target; both go with the page. */
export function useRecording(recording: Recording, target: RefObject<HTMLElement | null>): Loaded {
  const [source] = useState(() => new RecordingSource());
  const [loaded, setLoaded] = useState<Loaded>({ source, pieces: 0, player: null, state: null, failure: null });

  useEffect(() => {
    const abort = new AbortController();
    const current = new RecordingSource();
    let player: Player | null = null;
    const set = (change: Partial<Loaded>) => {
      if (!abort.signal.aborted) setLoaded((old) => ({ ...old, source: current, ...change }));
    };
    const fail = (failure: string) => set({ failure });
    current.onChange(() => setLoaded((old) => (abort.signal.aborted ? old : { ...old, source: current, pieces: old.pieces + 1 })));

    const run = async () => {
      const loading = current.load(await openContent(recording.id, abort.signal));
      loading.catch((error: unknown) => fail(messageOf(error)));
      const screen = target.current;
      if (screen === null || await current.chunk(0) === null) return;
      const playback = await openPlayback(screen, current, fail);
      if (abort.signal.aborted) return playback.dispose();
      player = new Player(playback, current, (state) => set({ state }));
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
