import { search, type Challenge } from "./proofOfWork";

self.onmessage = ({ data }: MessageEvent<Challenge>) => {
  const solutions = Array.from({ length: data.parts }, (_, part) => search(data, part, 0, Number.MAX_SAFE_INTEGER));
  self.postMessage(solutions);
};
