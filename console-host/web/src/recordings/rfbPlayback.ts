import Rfb from "@novnc/novnc";
import { RecordKind, type RecordedEvent } from "./format";
import { breathe, type OpenPlayback, type Playback } from "./playback";
import { ReplayChannel } from "./replayChannel";
import type { RecordingSource } from "./source";

// What a proxy says before a recording begins: RFB 3.8, no security, all is well.
const handshake = new Uint8Array([...new TextEncoder().encode("RFB 003.008\n"), 1, 1, 0, 0, 0, 0]);

/** More than this waiting for the decoder and it gets time first; noVNC holds 40 MB at most. */
const mostWaiting = 2 * 1024 * 1024;
const mostWaits = 2_000;

export const openRfbPlayback: OpenPlayback = (target, source, failed) => Promise.resolve<Playback>(new RfbPlayback(target, source, failed));

/** noVNC on what was recorded. RFB has no key frames: going back begins at the beginning, without any pause. */
class RfbPlayback implements Playback {
  private screen: { rfb: Rfb; channel: ReplayChannel } | null = null;
  private position = -1;
  private chunk = 0;
  private events: RecordedEvent[] = [];
  private next = 0;

  constructor(private readonly target: HTMLElement, private readonly source: RecordingSource, private readonly failed: (sentence: string) => void) {}

  async seek(position: number) {
    if (position < this.position) this.dispose();
    const { rfb, channel } = this.screen ?? this.open();
    for (;;) {
      const event = this.events[this.next] ?? await this.nextChunk();
      if (event === undefined || event.at > position) break;
      this.next += 1;
      if (event.kind !== RecordKind.Screen) continue;
      channel.push(event.content);
      for (let i = 0; waiting(rfb) > mostWaiting && i < mostWaits; i++) await breathe();
      if (this.screen?.channel !== channel) return;
    }
    this.position = position;
  }

  canvas() {
    return this.target.querySelector("canvas");
  }

  dispose() {
    const { screen } = this;
    this.screen = null;
    this.position = -1;
    [this.chunk, this.events, this.next] = [0, [], 0];
    screen?.rfb.disconnect();
    this.target.replaceChildren();
  }

  private async nextChunk(): Promise<RecordedEvent | undefined> {
    // Also what is not here yet is waited for only by whoever seeks behind it.
    if (this.chunk >= this.source.length && this.source.complete) return undefined;
    const events = await this.source.chunk(this.chunk);
    if (events === null) return undefined;
    this.chunk += 1;
    [this.events, this.next] = [events, 0];
    return events[0] ?? this.nextChunk();
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

/** Bytes that noVNC has not decoded yet, as far as it lets anybody see. */
function waiting(rfb: Rfb): number {
  const { _sock: socket } = rfb as unknown as { _sock?: { _rQlen?: number; _rQi?: number } };
  return (socket?._rQlen ?? 0) - (socket?._rQi ?? 0);
}
