import type Guacamole from "guacamole-common-js";

/** Status codes of the protocol that this page itself sends. */
export const status = { success: 0x0000, closed: 0x0206, unauthorized: 0x0301, forbidden: 0x0303, overrun: 0x030d } as const;

/** guacd takes no larger blobs. */
export const blobSize = 6_048;

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Takes all that a stream brings, acknowledging each part; `received` may refuse the rest by answering false. */
export function collect(stream: Guacamole.InputStream, received: (bytes: number) => boolean = () => true): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  return new Promise((resolve) => {
    stream.onblob = (base64) => {
      const part = fromBase64(base64);
      size += part.length;
      if (!received(size)) {
        stream.onblob = null;
        stream.sendAck("Not wanted", status.closed);
        return;
      }
      parts.push(part);
      stream.sendAck("OK", status.success);
    };
    stream.onend = () => resolve(parts);
    stream.sendAck("OK", status.success);
  });
}

/** A text in UTF-8, whole: the library's own readers and writers take characters beyond the BMP apart. */
export async function collectText(stream: Guacamole.InputStream): Promise<string> {
  const decoder = new TextDecoder();
  const parts = await collect(stream);
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}

export function sendText(stream: Guacamole.OutputStream, text: string) {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += blobSize) stream.sendBlob(toBase64(bytes.subarray(start, start + blobSize)));
  stream.sendEnd();
}
