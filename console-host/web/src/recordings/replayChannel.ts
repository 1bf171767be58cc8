/** What noVNC takes for a socket: it gets what was recorded, and what it says is for nobody. */
export class ReplayChannel {
  binaryType = "arraybuffer";
  protocol = "";
  readyState = "open";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;

  send() {
    // The screen that would answer is long gone.
  }

  close() {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.onclose?.({ code: 1000, reason: "", wasClean: true });
  }

  push(bytes: Uint8Array<ArrayBuffer>) {
    const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    this.onmessage?.({ data: whole ? bytes.buffer : bytes.slice().buffer });
  }
}
