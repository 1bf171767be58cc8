import Guacamole from "guacamole-common-js";
import { pointerOf, RecordKind, type RecordedEvent } from "./format";
import { Breath, type OpenPlayback, type Playback } from "./playback";
import { Snapshots, type Snapshot } from "./snapshots";
import type { RecordingSource } from "./source";
import { beginning, Walk } from "./walk";

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
class GuacamolePlayback implements Playback {
  private screen: Screen | null = null;
  private walk: Walk;
  private readonly snapshots = new Snapshots<Blob>();
  private readonly observer: ResizeObserver;

  constructor(private readonly target: HTMLElement, private readonly source: RecordingSource, private readonly failed: (sentence: string) => void) {
    this.walk = new Walk(source);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(target);
  }

  async seek(position: number, isWanted: () => boolean) {
    const way = this.screen ? this.snapshots.wayTo(position, this.walk.here) : (this.snapshots.before(position) ?? null);
    if (way !== undefined) await this.begin(way);
    const { screen, walk } = this;
    const breath = new Breath();
    for (let drawn = walk.here.walked; ;) {
      const event = isWanted() ? await walk.next(position) : null;
      if (screen === null || this.screen !== screen) return;
      if (event === null) break;
      this.show(screen, event);
      await breath.take();
      if (walk.here.walked - drawn >= batch) {
        drawn = walk.here.walked;
        await flushed(screen.client);
      }
      if (endsFrame(event, screen.last) && this.snapshots.isDue(walk.here)) await this.snap(screen.client);
      if (this.screen !== screen) return;
    }
    await flushed(screen.client);
    if (isWanted()) walk.arrive(position);
  }

  position() {
    return Math.max(0, this.walk.at);
  }

  pointer() {
    return this.walk.here.pointer;
  }

  canvas() {
    return this.screen?.client.getDisplay().getDefaultLayer().getCanvas() ?? null;
  }

  dispose() {
    this.observer.disconnect();
    this.close();
  }

  private show(screen: Screen, event: RecordedEvent) {
    if (event.kind === RecordKind.Screen) {
      try {
        screen.parser.receive(screen.text.decode(event.content, { stream: true }));
      } catch {
        this.failed("What was recorded from here on makes no sense to the player.");
      }
    } else if (event.kind === RecordKind.Pointer) {
      const { x, y, buttons } = pointerOf(event);
      screen.tunnel.oninstruction?.("mouse", [x, y, buttons, event.at].map(String));
    }
  }

  private async snap(client: Guacamole.Client) {
    const here = this.walk.here;
    const state = await new Promise<unknown>((resolve) => client.exportState(resolve));
    this.snapshots.add({ ...here, state: new Blob([JSON.stringify(state)]) });
  }

  private async begin(snapshot: Snapshot<Blob> | null) {
    this.close();
    const { client } = this.open();
    this.walk = new Walk(this.source, snapshot ?? beginning);
    if (!snapshot) return;
    const state: unknown = JSON.parse(await snapshot.state.text());
    await new Promise<void>((resolve) => client.importState(state, resolve));
  }

  private open(): Screen {
    const tunnel = new Guacamole.Tunnel();
    const parser = new Guacamole.Parser();
    const screen: Screen = { client: new Guacamole.Client(tunnel), tunnel, parser, text: new TextDecoder(), last: "" };
    parser.oninstruction = (opcode, parameters) => {
      screen.last = opcode === "sync" ? instruction(opcode, parameters) : "";
      if (drawing.has(opcode)) tunnel.oninstruction?.(opcode, parameters);
    };
    const display = screen.client.getDisplay();
    display.onresize = () => this.fit();
    this.target.replaceChildren(display.getElement());
    this.screen = screen;
    return screen;
  }

  private close() {
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

export const instruction = (opcode: string, parameters: string[]) => `${[opcode, ...parameters].map((element) => `${element.length}.${element}`).join(",")};`;

/** Whether a record ends with the end of a frame: only there nothing is half done. */
export function endsFrame({ kind, content }: RecordedEvent, last: string): boolean {
  return kind === RecordKind.Screen && last !== "" && new TextDecoder().decode(content.subarray(-last.length)) === last;
}
