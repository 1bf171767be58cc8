import Rfb from "@novnc/novnc";
import { RecordKind } from "./format";
import { Breath, breathe, type OpenPlayback, type Playback } from "./playback";
import { ReplayChannel } from "./replayChannel";
import { restoreScreen, takeScreen, waiting, type ScreenState } from "./rfbScreen";
import { Snapshots, type Snapshot } from "./snapshots";
import type { RecordingSource } from "./source";
import { beginning, Walk } from "./walk";

// What a proxy says before a recording begins: RFB 3.8, no security, all is well.
const handshake = new Uint8Array([...new TextEncoder().encode("RFB 003.008\n"), 1, 1, 0, 0, 0, 0]);

/** More than this waiting for the decoder and it gets time first; noVNC holds 40 MB at most. */
const mostWaiting = 2 * 1024 * 1024;
const mostWaits = 2_000;

export const openRfbPlayback: OpenPlayback = (target, source, failed) => new RfbPlayback(target, source, failed);

/**
 * noVNC on what was recorded. RFB has no key frames, and even a picture of the whole screen would be none: each rectangle is decoded with what
 * those before it have left in the decoder. So it goes on from snapshots of both, which it takes on its way.
 */
class RfbPlayback implements Playback {
  private screen: { rfb: Rfb; channel: ReplayChannel } | null = null;
  private walk: Walk;
  private readonly snapshots = new Snapshots<ScreenState>();

  constructor(private readonly target: HTMLElement, private readonly source: RecordingSource, private readonly failed: (sentence: string) => void) {
    this.walk = new Walk(source);
  }

  async seek(position: number, isWanted: () => boolean) {
    const way = this.screen ? this.snapshots.wayTo(position, this.walk.here) : (this.snapshots.before(position) ?? null);
    if (way !== undefined) await this.begin(way);
    const { screen, walk } = this;
    const breath = new Breath();
    for (;;) {
      const event = isWanted() ? await walk.next(position) : null;
      if (screen === null || this.screen !== screen) return;
      if (event === null) break;
      if (event.kind !== RecordKind.Screen) continue;
      screen.channel.push(event.content);
      for (let i = 0; waiting(screen.rfb) > mostWaiting && i < mostWaits; i++) await breathe();
      await breath.take();
      if (this.snapshots.isDue(walk.here)) await this.snap(screen.rfb);
      if (this.screen !== screen) return;
    }
    if (isWanted()) walk.arrive(position);
  }

  position() {
    return Math.max(0, this.walk.at);
  }

  pointer() {
    return this.walk.here.pointer;
  }

  canvas() {
    return this.target.querySelector("canvas");
  }

  dispose() {
    const { screen } = this;
    this.screen = null;
    screen?.rfb.disconnect();
    this.target.replaceChildren();
  }

  private async snap(rfb: Rfb) {
    const here = this.walk.here;
    const state = await takeScreen(rfb);
    if (state) this.snapshots.add({ ...here, state });
  }

  /** A new screen, as it was at the snapshot; an empty one where there is none. */
  private async begin(snapshot: Snapshot<ScreenState> | null) {
    this.dispose();
    const screen = this.open();
    this.walk = new Walk(this.source, snapshot ?? beginning);
    if (!snapshot) return;
    const greeting = await new Walk(this.source).nextScreen();
    if (greeting) screen.channel.push(greeting.content);
    await restoreScreen(screen.rfb, (bytes) => screen.channel.push(bytes), snapshot.state);
  }

  private open() {
    const channel = new ReplayChannel();
    const rfb = new Rfb(this.target, channel as unknown as WebSocket, { shared: true });
    rfb.viewOnly = true;
    rfb.scaleViewport = true;
    rfb.background = "transparent";
    rfb.focusOnClick = false;
    rfb.addEventListener("disconnect", ({ detail }) => {
      if (this.screen?.rfb === rfb && !detail.clean) this.failed("What was recorded from here on makes no sense to the player.");
    });
    this.screen = { rfb, channel };
    channel.push(handshake);
    return this.screen;
  }
}
