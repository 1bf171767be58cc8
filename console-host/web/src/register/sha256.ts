// SHA-256 (FIPS 180-4) of texts that fit into one block. The browser's own is asynchronous, and waiting for it takes longer than the hash.

const primes: number[] = [];
for (let candidate = 2; primes.length < 64; candidate++) {
  if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
}
const fraction = (value: number) => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const initial = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const words = new Int32Array(64);

const turn = (value: number, by: number) => (value >>> by) | (value << (32 - by));

/** The eight words of the hash of at most 55 ASCII characters. */
export function sha256(text: string): Int32Array {
  if (text.length > 55) throw new RangeError("At most 55 characters.");
  words.fill(0, 0, 16);
  for (let i = 0; i < text.length; i++) add(i, text.charCodeAt(i));
  add(text.length, 0x80);
  words[15] = text.length * 8;
  for (let i = 16; i < 64; i++) {
    const early = word(i - 15);
    const late = word(i - 2);
    words[i] = word(i - 16) + (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) + word(i - 7) + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10));
  }
  return compress();
}

function compress(): Int32Array {
  let [a, b, c, d, e, f, g, h] = initial as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (constants[i] as number) + word(i)) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return Int32Array.of(a, b, c, d, e, f, g, h).map((value, i) => value + (initial[i] as number));
}

const word = (index: number) => words[index] as number;

function add(position: number, byte: number) {
  words[position >> 2] = word(position >> 2) | (byte << (24 - (position & 3) * 8));
}
