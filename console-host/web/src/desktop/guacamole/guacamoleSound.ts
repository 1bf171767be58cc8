import type GuacamoleNamespace from "guacamole-common-js";
import type { Sound } from "../sound";

type Library = typeof GuacamoleNamespace;

/** Plays what the desktop plays, through a volume of ours: the library would play it straight to the loudspeaker. */
export function soundOf(Guacamole: Library, client: GuacamoleNamespace.Client): Sound & { close(): void } {
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  const volume = audible(Guacamole);
  let playing = false;
  let muted = false;

  client.onaudio = (stream, mimetype) => {
    const player = Guacamole.AudioPlayer.getInstance(stream, mimetype);
    if (player && !playing) {
      playing = true;
      changed();
    }
    return player;
  };
  // Browsers let a page make sounds only after somebody has touched it.
  const touched = () => void volume?.resume();
  window.addEventListener("pointerdown", touched, true);
  window.addEventListener("keydown", touched, true);
  return {
    get playing() {
      return playing;
    },
    get muted() {
      return muted;
    },
    mute(next) {
      muted = next;
      volume?.set(muted ? 0 : 1);
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      window.removeEventListener("pointerdown", touched, true);
      window.removeEventListener("keydown", touched, true);
      volume?.close();
    },
  };
}

/** Puts a context with a volume where the library looks for its context. While the browser holds sounds back, none are lined up. */
function audible(Guacamole: Library) {
  const context = window.AudioContext ? new AudioContext() : null;
  if (!context) return null;
  const gain = context.createGain();
  gain.connect(context.destination);
  Guacamole.AudioContextFactory.singleton = new Proxy(context, {
    get(target, name) {
      if (name === "destination") return gain;
      if (name === "createBufferSource") return () => silentUnlessRunning(target);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return {
    resume: () => context.resume().catch(() => undefined),
    set: (value: number) => void (gain.gain.value = value),
    close() {
      Guacamole.AudioContextFactory.singleton = null;
      void context.close().catch(() => undefined);
    },
  };
}

function silentUnlessRunning(context: AudioContext): AudioBufferSourceNode {
  const source = context.createBufferSource();
  if (context.state !== "running") source.start = () => undefined;
  return source;
}
