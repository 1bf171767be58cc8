// Just enough of a WebSocket server to put a VNC server behind the mock. For development only: no fragments, no limits.
import { createHash } from "node:crypto";

const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

function frame(payload, opcode = 2) {
  const length = payload.length;
  const head = length < 126 ? Buffer.from([0x80 | opcode, length]) : Buffer.alloc(length < 65536 ? 4 : 10);
  if (length >= 126) {
    head[0] = 0x80 | opcode;
    head[1] = length < 65536 ? 126 : 127;
    if (length < 65536) head.writeUInt16BE(length, 2);
    else head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

export function bridge(request, socket, dial) {
  const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + magic).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: binary\r\n\r\n`);
  const screen = dial();
  const end = (code, reason) => {
    const close = Buffer.alloc(2 + reason.length);
    close.writeUInt16BE(code, 0);
    close.write(reason, 2);
    socket.end(frame(close, 8));
    screen.destroy();
  };
  screen.on("data", (data) => socket.write(frame(data)));
  screen.on("error", () => end(4004, "unreachable"));
  screen.on("end", () => end(1000, ""));
  socket.on("error", () => screen.destroy());
  socket.on("close", () => screen.destroy());

  let waiting = Buffer.alloc(0);
  socket.on("data", (data) => {
    waiting = Buffer.concat([waiting, data]);
    for (let message = take(); message; message = take()) {
      if (message.opcode === 8) end(1000, "");
      else if (message.opcode === 2) screen.write(message.payload);
    }
  });

  function take() {
    if (waiting.length < 6) return null;
    const short = waiting[1] & 127;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (waiting.length < 6 + extra) return null;
    const length = extra === 0 ? short : extra === 2 ? waiting.readUInt16BE(2) : Number(waiting.readBigUInt64BE(2));
    const start = 6 + extra;
    if (waiting.length < start + length) return null;
    const mask = waiting.subarray(start - 4, start);
    const payload = Buffer.from(waiting.subarray(start, start + length).map((byte, index) => byte ^ mask[index % 4]));
    const opcode = waiting[0] & 15;
    waiting = waiting.subarray(start + length);
    return { opcode, payload };
  }
}
