import { useEffect, useState } from "react";

interface KeyboardLock {
  lock?: () => Promise<void>;
  unlock?: () => void;
}

/** Full screen, and with it the keys that the system would keep (Esc, Alt+Tab, Super), where the browser can hand them over. */
export function useFullScreen() {
  const [full, setFull] = useState(() => document.fullscreenElement !== null);
  const keyboard = (navigator as Navigator & { keyboard?: KeyboardLock }).keyboard;

  useEffect(() => {
    const changed = () => {
      const now = document.fullscreenElement !== null;
      setFull(now);
      if (now) void keyboard?.lock?.().catch(() => undefined);
      else keyboard?.unlock?.();
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [keyboard]);

  const toggle = () => void (full ? document.exitFullscreen() : document.documentElement.requestFullscreen({ navigationUI: "hide" })).catch(() => undefined);
  return { full, toggle, available: document.fullscreenEnabled };
}
