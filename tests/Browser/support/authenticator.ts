import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const step = 30_000;

/** A phone with an authenticator app (RFC 6238): each code it gives is of a later step than the one before. */
export class AuthenticatorApp {
  private last = 0;
  private readonly key: Buffer;

  constructor(secret: string) {
    const bits = [...secret.replace(/\s/g, "")].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
    this.key = Buffer.from(Array.from({ length: Math.floor(bits.length / 8) }, (_, index) => parseInt(bits.slice(index * 8, index * 8 + 8), 2)));
  }

  /** The server takes a phone that is one step ahead; for a further code the clock has to go on. */
  async code(): Promise<string> {
    this.last = Math.max(this.last + 1, Math.floor(Date.now() / step));
    while (this.last > Math.floor(Date.now() / step) + 1) await new Promise((resolve) => setTimeout(resolve, 1_000));
    const counter = Buffer.alloc(8);
    counter.writeBigInt64BE(BigInt(this.last));
    const hash = createHmac("sha1", this.key).update(counter).digest();
    const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
  }
}
