import { expect, it } from "vitest";
import type { LogLine } from "../api/types";
import { append, keptLines, type Log } from "./useLog";

const empty: Log = { lines: [], dropped: 0, complete: false, broken: false };
const lines = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ sequence: from + index, at: "", level: "info", text: "" }));

it("a line that comes twice after a reconnection is shown once", () => {
  const log = append(append(empty, lines(1, 5)), lines(4, 7));
  expect(log.lines.map((line) => line.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it("a log without end keeps its end and says how much is missing", () => {
  const log = append(append(empty, lines(1, keptLines)), lines(keptLines + 1, keptLines + 10));
  expect(log.lines).toHaveLength(keptLines);
  expect(log.lines[0]?.sequence).toBe(11);
  expect(log.dropped).toBe(10);
});
