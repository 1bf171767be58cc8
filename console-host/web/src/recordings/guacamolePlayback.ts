import Guacamole from "guacamole-common-js";
import { writeInstruction } from "../desktop/guacamole/instructions";
import { pointerOf, RecordKind, type RecordedEvent } from "./format";
import type { OpenPlayback } from "./playback";
import type { RecordingSource } from "./source";
import { WalkingPlayback } from "./walkingPlayback";

/** So much is drawn at once when there is a way to go: the frames on it are nobody's to see. */
const batch = 512 * 1024;

/** What draws. What sounds, what is a file and what ends a session is not played. */
const drawing = new Set([
  "arc", "blob", "cfill", "clip", "close", "copy", "cstroke", "cursor", "curve", "dispose", "distort", "end", "identity", "img", "jpeg", "lfill", "line", "lstroke",
  "mouse", "move", "pop", "png", "push", "rect", "reset", "set", "shade", "size", "start", "transfer", "transform",
]);

export const openGuacamolePlayback: OpenPlayback = (target, source, failed) => new GuacamolePlayback(target, source, failed);

interface Screen {
  client: Guacamole.Client;
  tunnel: Guacamole.Tunnel;
  parser: Guacamole.Parser;
  text: TextDecoder;
  /** The instruction that came last, as it came. */
  last: string;
}

/**
 * guacamole-common-js' client on what was recorded. Its own player (1.5.0) wants a recording whole before it begins, and shows one frame of the
 * way in each of the browser's; here all of the way is one frame, and the places to go on from are snapshots of the client's.
 */
class GuacamolePlayback extends WalkingPlayback<Screen, Blob> {
  private readonly observer: ResizeObserver;
  private drawn = 0;

  constructor(target: HTMLElement, source: RecordingSource, failed: (sentence: string) => void) {
    super(target, source, failed);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(target);
  }

  canvas() {
    return this.screen?.client.getDisplay().getDefaultLayer().getCanvas() ?? null;
  }

  override dispose() {
    this.observer.disconnect();
    super.dispose();
  }

  protected async show(screen: Screen, event: RecordedEvent) {
    if (event.kind === RecordKind.Screen) {
      try {
        screen.parser.receive(screen.text.decode(event.content, { stream: true }));
      } catch {
        this.fail();
      }
    } else if (event.kind === RecordKind.Pointer) {
      const { x, y, buttons } = pointerOf(event);
      screen.tunnel.oninstruction?.("mouse", [x, y, buttons, event.at].map(String));
    }
    const { walked } = this.walk.here;
    if (walked - this.drawn < batch) return;
    this.drawn = walked;
    await flushed(screen.client);
  }

  protected override shown({ client }: Screen) {
    return flushed(client);
  }

  protected isWhole({ last }: Screen, event: RecordedEvent) {
    return endsFrame(event, last);
  }

  protected async state({ client }: Screen) {
    const state = await new Promise<unknown>((resolve) => client.exportState(resolve));
    return new Blob([JSON.stringify(state)]);
  }

  protected async restore({ client }: Screen, snapshot: Blob) {
    const state: unknown = JSON.parse(await snapshot.text());
    await new Promise<void>((resolve) => client.importState(state, resolve));
  }

  protected open(): Screen {
    const tunnel = new Guacamole.Tunnel();
    const parser = new Guacamole.Parser();
    const screen: Screen = { client: new Guacamole.Client(tunnel), tunnel, parser, text: new TextDecoder(), last: "" };
    parser.oninstruction = (opcode, parameters) => {
      screen.last = opcode === "sync" ? writeInstruction([opcode, ...parameters]) : "";
      if (drawing.has(opcode)) tunnel.oninstruction?.(opcode, parameters);
    };
    const display = screen.client.getDisplay();
    display.onresize = () => this.fit();
    this.target.replaceChildren(display.getElement());
    this.drawn = 0;
    return screen;
  }

  protected close() {
    this.screen?.client.getDisplay().cancel();
    this.screen = null;
    this.target.replaceChildren();
  }

  private fit() {
    const display = this.screen?.client.getDisplay();
    if (display && display.getWidth() > 0) display.scale(Math.min(this.target.clientWidth / display.getWidth(), this.target.clientHeight / display.getHeight()));
  }
}

const flushed = (client: Guacamole.Client) => new Promise<void>((resolve) => client.getDisplay().flush(resolve));

/** Whether a record ends with the end of a frame: only there nothing is half done. */
export function endsFrame({ kind, content }: RecordedEvent, last: string): boolean {
  return kind === RecordKind.Screen && last !== "" && new TextDecoder().decode(content.subarray(-last.length)) === last;
}
