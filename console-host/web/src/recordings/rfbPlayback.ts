import Rfb from "@novnc/novnc";
import { RecordKind, type RecordedEvent } from "./format";
import { breathe, type OpenPlayback } from "./playback";
import { ReplayChannel } from "./replayChannel";
import { restoreScreen, takeScreen, waiting, type ScreenState } from "./rfbScreen";
import { Walk } from "./walk";
import { WalkingPlayback } from "./walkingPlayback";

// What a proxy says before a recording begins: RFB 3.8, no security, all is well.
const handshake = new Uint8Array([...new TextEncoder().encode("RFB 003.008\n"), 1, 1, 0, 0, 0, 0]);

/** More than this waiting for the decoder and it gets time first; noVNC holds 40 MB at most. */
const mostWaiting = 2 * 1024 * 1024;
const mostWaits = 2_000;

export const openRfbPlayback: OpenPlayback = (target, source, failed) => new RfbPlayback(target, source, failed);

interface Screen {
  rfb: Rfb;
  channel: ReplayChannel;
}

/**
 * noVNC on what was recorded. RFB has no key frames, and even a picture of the whole screen would be none: each rectangle is decoded with what
 * those before it have left in the decoder. So it goes on from snapshots of both, which it takes on its way.
 */
class RfbPlayback extends WalkingPlayback<Screen, ScreenState> {
  canvas() {
    return this.target.querySelector("canvas");
  }

  protected async show({ rfb, channel }: Screen, event: RecordedEvent) {
    if (event.kind !== RecordKind.Screen) return;
    channel.push(event.content);
    for (let i = 0; waiting(rfb) > mostWaiting && i < mostWaits; i++) await breathe();
  }

  protected shown() {
    // noVNC draws by itself.
  }

  protected isWhole(_screen: Screen, { kind }: RecordedEvent) {
    return kind === RecordKind.Screen;
  }

  protected state({ rfb }: Screen) {
    return takeScreen(rfb);
  }

  protected async restore({ rfb, channel }: Screen, state: ScreenState) {
    const greeting = await new Walk(this.source).nextScreen();
    if (greeting) channel.push(greeting.content);
    await restoreScreen(rfb, (bytes) => channel.push(bytes), state);
  }

  protected close() {
    const { screen } = this;
    this.screen = null;
    screen?.rfb.disconnect();
    this.target.replaceChildren();
  }

  protected open() {
    const channel = new ReplayChannel();
    const rfb = new Rfb(this.target, channel as unknown as WebSocket, { shared: true });
    rfb.viewOnly = true;
    rfb.scaleViewport = true;
    rfb.background = "transparent";
    rfb.focusOnClick = false;
    rfb.addEventListener("disconnect", ({ detail }) => {
      if (this.screen?.rfb === rfb && !detail.clean) this.fail();
    });
    channel.push(handshake);
    return { rfb, channel };
  }
}
