import type GuacamoleNamespace from "guacamole-common-js";
import type { Traffic } from "../channel";
import { smoothed } from "../statistics";
import { readInstructions, writeInstruction } from "./instructions";

type Library = typeof GuacamoleNamespace;

export interface CountedTunnel {
  readonly tunnel: GuacamoleNamespace.Tunnel;
  readonly traffic: Traffic;
  /** The round trip to the desktop proxy and back, through all that is on its way to the page. */
  latency(): { value: number | null; fresh: boolean };
  /** Whether anything arrives within this time. */
  answers(within: number): Promise<boolean>;
}

const pingEvery = 1_000;
/** guacd sends something every five seconds; a line silent for three times that is dead. */
const silence = 15_000;
const internal = "";

/**
 * The library's tunnel over one WebSocket of ours. Unlike the library's own it tells how the socket was closed, counts what passes and
 * measures. What must happen regularly is driven by what arrives, because timers of a page in the background hardly run.
 */
export function openTunnel(Guacamole: Library, url: string, closed: (code: number, reason: string) => void): CountedTunnel {
  const traffic: Traffic = { received: 0, sent: 0, lastReceivedAt: 0 };
  const tunnel = new Guacamole.Tunnel();
  let socket: WebSocket | null = null;
  let latency: number | null = null;
  let fresh = false;
  let pingedAt = 0;
  let watch: ReturnType<typeof setInterval> | undefined;

  function send(elements: readonly (string | number)[]) {
    if (socket?.readyState !== WebSocket.OPEN) return;
    const message = writeInstruction(elements);
    traffic.sent += message.length;
    socket.send(message);
  }
  function ping() {
    pingedAt = performance.now();
    send([internal, "ping", Math.round(pingedAt)]);
  }
  function told(parameters: string[]) {
    if (parameters[0] === "ping") {
      latency = smoothed(latency, performance.now() - Number(parameters[1]));
      fresh = true;
    }
  }
  function take(opcode: string, parameters: string[]) {
    if (!tunnel.isConnected()) tunnel.setState(Guacamole.Tunnel.State.OPEN);
    if (opcode === internal) told(parameters);
    // The library would hang up on it at once, and the reason stands in the close frame that follows.
    else if (opcode === "disconnect") return;
    else tunnel.oninstruction?.(opcode, parameters);
  }
  function received({ data }: MessageEvent<string>) {
    traffic.received += data.length;
    traffic.lastReceivedAt = performance.now();
    try {
      readInstructions(data, take);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return end(4005, "protocol");
    }
    if (traffic.lastReceivedAt - pingedAt > pingEvery) ping();
  }
  function look() {
    const now = performance.now();
    if (now - traffic.lastReceivedAt > silence) end(1006, "");
    else if (now - pingedAt > pingEvery) ping();
  }
  function end(code: number, reason: string) {
    clearInterval(watch);
    const open = socket;
    socket = null;
    open?.close();
    if (tunnel.state === Guacamole.Tunnel.State.CLOSED) return;
    tunnel.setState(Guacamole.Tunnel.State.CLOSED);
    closed(code, reason);
  }

  tunnel.connect = () => {
    tunnel.setState(Guacamole.Tunnel.State.CONNECTING);
    socket = new WebSocket(absolute(url), "guacamole");
    socket.addEventListener("message", received);
    socket.addEventListener("close", ({ code, reason }) => end(code, reason));
    socket.addEventListener("open", () => {
      traffic.lastReceivedAt = performance.now();
      watch = setInterval(look, pingEvery);
    });
  };
  tunnel.disconnect = () => end(1000, "");
  tunnel.sendMessage = (...elements) => send(elements);
  return {
    tunnel,
    traffic,
    latency() {
      const now = { value: latency, fresh };
      fresh = false;
      return now;
    },
    answers(within) {
      const before = traffic.received;
      ping();
      return new Promise((resolve) => setTimeout(() => resolve(traffic.received > before), within));
    },
  };
}

function absolute(path: string): URL {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}
