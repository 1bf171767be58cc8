import { sha256 } from "./sha256";

/** Work that the server asks for, so that sending many forms is expensive. */
export interface Challenge {
  challenge: string;
  seed: string;
  parts: number;
  bits: number;
  expiresAt: string;
}

export interface Proof {
  challenge: string;
  solutions: number[];
}

export const isSolution = (seed: string, part: number, number: number, bits: number) => ((sha256(`${seed}.${part}.${number}`)[0] as number) >>> (32 - bits)) === 0;

/** The first number at or after `from` that solves a part; null when none of the next `most` does. */
export function search({ seed, bits }: Challenge, part: number, from: number, most: number): number | null {
  for (let number = from; number < from + most; number++) if (isSolution(seed, part, number, bits)) return number;
  return null;
}

/** Does the work beside the page, so that it stays usable; in slices on the page itself where there are no workers. */
export function solve(challenge: Challenge): Promise<Proof> {
  if (typeof Worker === "undefined") return solveInSlices(challenge);
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./proof.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<number[]>) => {
      worker.terminate();
      resolve({ challenge: challenge.challenge, solutions: data });
    };
    worker.onerror = () => {
      worker.terminate();
      solveInSlices(challenge).then(resolve, reject);
    };
    worker.postMessage(challenge);
  });
}

const slice = 5_000;

export async function solveInSlices(challenge: Challenge): Promise<Proof> {
  const solutions: number[] = [];
  for (let part = 0; part < challenge.parts; part++) {
    let found: number | null = null;
    for (let from = 0; found === null; from += slice) {
      found = search(challenge, part, from, slice);
      await new Promise((resolve) => setTimeout(resolve));
    }
    solutions.push(found);
  }
  return { challenge: challenge.challenge, solutions };
}
