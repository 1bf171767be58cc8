import type { SessionPolicy } from "../api/types";
import type { Traffic } from "./channel";
import type { Link } from "./connector";
import type { Statistics } from "./statistics";
import type { View } from "./view";

export type Engine = "rfb" | "guacamole";
export type Access = "control" | "view";

/** What the components of this page know of a live screen; which engine shows it is behind this. */
export interface ScreenLink extends Link {
  readonly engine: Engine;
  readonly session: SessionPolicy;
  readonly access: Access;
  readonly traffic: Traffic;
  focus(): void;
  /** Without `down` the key is pressed and let go. */
  sendKey(keysym: number, code: string | null, down?: boolean): void;
  /** Puts a text into the desktop's clipboard. */
  pasteText(text: string): void;
  /** What the desktop copied; returns how to stop listening. */
  onText(listener: (text: string) => void): () => void;
  applyView(view: View): void;
  canvas(): HTMLCanvasElement | null;
  /** Reports every second until the returned function is called. */
  measure(report: (statistics: Statistics) => void): () => void;
}

/** All that pressing keys needs of a link. */
export type KeySender = Pick<ScreenLink, "sendKey">;
