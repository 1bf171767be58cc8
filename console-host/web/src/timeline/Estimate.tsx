import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Operation } from "../api/types";
import { useNow } from "../ui/time";
import { estimateQuery } from "./timelineApi";
import { estimateWords } from "./words";

/** How long a start usually takes and how much of that is left: the server's answer, carried on by the clock until the next one. */
export default function Estimate({ operation }: { operation: Operation }) {
  const step = `${operation.state} ${operation.attempt} ${operation.progress.timeline.at(-1)?.name ?? ""}`;
  const known = useQuery({ ...estimateQuery(operation.id, step), placeholderData: keepPreviousData });
  const now = useNow(1_000);
  if (!known.data?.estimate) return null;
  return <p className="muted" data-testid="estimate">{estimateWords(known.data.estimate, Math.max(0, now - known.data.at) / 1000)}</p>;
}
