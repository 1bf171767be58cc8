/** Counts what passes through a WebSocket without touching it. noVNC takes the socket itself as its channel. */
export interface Traffic {
  received: number;
  sent: number;
  lastReceivedAt: number;
}

export interface Channel {
  socket: WebSocket;
  traffic: Traffic;
}

export function openChannel(path: string): Channel {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, "binary");
  return { socket, traffic: countTraffic(socket) };
}

export function countTraffic(socket: WebSocket): Traffic {
  const traffic: Traffic = { received: 0, sent: 0, lastReceivedAt: 0 };
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
    traffic.received += data.byteLength;
    traffic.lastReceivedAt = performance.now();
  });
  const send = socket.send.bind(socket);
  socket.send = (data: ArrayBufferView<ArrayBuffer>) => {
    traffic.sent += data.byteLength;
    send(data);
  };
  return traffic;
}
