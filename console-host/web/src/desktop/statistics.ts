import type { Channel } from "./channel";

export interface Statistics {
  framesPerSecond: number;
  receivedPerSecond: number;
  sentPerSecond: number;
  /** Milliseconds from a question to its answer; null until it was measured. */
  latency: number | null;
  /** Whether that was measured within the last second: a line that is never quiet leaves no moment for it. */
  fresh: boolean;
  size: string;
}

/** A request for one pixel, whole: type 3, not incremental, at 0,0, 1 × 1. The smallest question a VNC server answers. */
export const onePixel = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 1, 0, 1);
const quiet = 150;
const every = 1_000;

/**
 * Measures while somebody looks. Frames are the times noVNC paints its canvas; the round trip is measured in a quiet moment, when the
 * next thing to arrive is the answer.
 */
export type Measure = (report: (statistics: Statistics) => void) => () => void;

/** One measurement for all who want to know; it runs while somebody does. */
export function shared(start: Measure): Measure {
  const listeners = new Set<(statistics: Statistics) => void>();
  let stop: (() => void) | null = null;
  return (report) => {
    const listener = (statistics: Statistics) => report(statistics);
    listeners.add(listener);
    stop ??= start((statistics) => listeners.forEach((tell) => tell(statistics)));
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      stop?.();
      stop = null;
    };
  };
}

export function measure({ socket, traffic }: Channel, canvas: HTMLCanvasElement, report: (statistics: Statistics) => void): () => void {
  let painted = 0;
  let latency: number | null = null;
  let fresh = false;
  let askedAt: number | null = null;
  let before = { at: performance.now(), painted: 0, received: traffic.received, sent: traffic.sent };
  // The answer to our own question is a picture too, of one pixel: it is not a frame that anybody asked to see.
  let own = false;
  const restore = countPaints(canvas, () => {
    if (own) own = false;
    else painted += 1;
  });

  const answered = () => {
    if (askedAt === null) return;
    const sample = performance.now() - askedAt;
    askedAt = null;
    own = true;
    latency = smoothed(latency, sample);
    fresh = true;
  };
  const tick = () => {
    const now = performance.now();
    const seconds = (now - before.at) / 1000;
    report({
      framesPerSecond: (painted - before.painted) / seconds,
      receivedPerSecond: (traffic.received - before.received) / seconds,
      sentPerSecond: (traffic.sent - before.sent) / seconds,
      latency,
      fresh,
      size: `${canvas.width} × ${canvas.height}`,
    });
    fresh = false;
    before = { at: now, painted, received: traffic.received, sent: traffic.sent };
    if (socket.readyState === WebSocket.OPEN && now - traffic.lastReceivedAt > quiet) {
      askedAt = now;
      socket.send(onePixel);
    }
  };
  socket.addEventListener("message", answered);
  const timer = setInterval(tick, every);
  return () => {
    clearInterval(timer);
    socket.removeEventListener("message", answered);
    restore();
  };
}

export const smoothed = (before: number | null, sample: number) => (before === null ? sample : before * 0.6 + sample * 0.4);

function countPaints(canvas: HTMLCanvasElement, count: () => void): () => void {
  const context = canvas.getContext("2d");
  if (!context) return () => undefined;
  const draw = CanvasRenderingContext2D.prototype.drawImage as (...values: unknown[]) => void;
  Object.defineProperty(context, "drawImage", {
    configurable: true,
    value: (...values: unknown[]) => {
      count();
      draw.apply(context, values);
    },
  });
  return () => void Reflect.deleteProperty(context, "drawImage");
}
