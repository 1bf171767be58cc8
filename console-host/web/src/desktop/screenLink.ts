import type { SessionPolicy } from "../api/types";
import type { Traffic } from "./channel";
import type { Link } from "./connector";
import type { FilesOfLink } from "./files/filesOfLink";
import type { Quality } from "./quality";
import type { Measure } from "./statistics";
import type { Sound } from "./sound";
import type { View } from "./view";

export type Engine = "rfb" | "guacamole";
export type TouchMode = "touchscreen" | "touchpad";
export type Access = "control" | "view";

/** What the components of this page know of a live screen; which engine shows it is behind this. */
export interface ScreenLink extends Link {
  readonly engine: Engine;
  /** The engines that the server offers for this desktop. */
  readonly engines: readonly Engine[];
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
  /** `dense`: a screen that is resized gets every pixel of a dense display, not one for each of the page's. */
  applyView(view: View, dense?: boolean): void;
  canvas(): HTMLCanvasElement | null;
  /** Reports every second until the returned function is called. */
  readonly measure: Measure;
  /** `live`: a change is taken up at once; otherwise by the next connection. */
  readonly quality: { live: boolean; use(quality: Quality): void };
  /** Absent where the engine's protocol has none. */
  readonly files?: FilesOfLink;
  readonly sound?: Sound;
  /** How a finger works: as the finger on the screen, or as on a touchpad. Absent where the engine decides. */
  readonly touch?: { use(mode: TouchMode): void };
}

/** All that pressing keys needs of a link. */
export type KeySender = Pick<ScreenLink, "sendKey">;
