import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/http";
import type { OperationKind, OperationState, ResourceProgress } from "../api/types";

export interface StartEstimate {
  typicalSeconds?: number | null;
  remainingSeconds?: number | null;
  overdue: boolean;
  basis: "version" | "template" | "none";
  starts: number;
}

export interface TimelineResource {
  address: string;
  action: string;
  state: ResourceProgress["state"];
  startMilliseconds?: number | null;
  milliseconds: number;
}

export interface TimelinePhase {
  name: string;
  startMilliseconds: number;
  milliseconds: number;
  state: "running" | "done" | "failed";
  resources: TimelineResource[];
}

/** All times are milliseconds since the request was accepted. */
export interface StartTimeline {
  operation: string;
  desktop: string;
  kind: OperationKind;
  state: OperationState;
  template: string;
  acceptedAt: string;
  elapsedMilliseconds: number;
  phases: TimelinePhase[];
  readyMilliseconds?: number | null;
  firstFrameMilliseconds?: number | null;
  unattendedMilliseconds?: number | null;
  estimate?: StartEstimate | null;
}

export interface PhaseTiming {
  name: string;
  count: number;
  p50Milliseconds: number;
  p90Milliseconds: number;
}

export interface TimingGroup {
  kind: OperationKind;
  version?: string | null;
  starts: number;
  from: string;
  to: string;
  total: { p50Milliseconds: number; p90Milliseconds: number };
  phases: PhaseTiming[];
}

export interface TemplateTimings {
  template: string;
  kept: number;
  items: TimingGroup[];
}

/** What a timeline is of: an operation, or the latest start of a desktop. */
export type TimelineOf = { operation: string } | { desktop: string };

const pathOf = (of: TimelineOf) => ("operation" in of ? `/api/v1/operations/${encodeURIComponent(of.operation)}/timeline` : `/api/v1/desktops/${encodeURIComponent(of.desktop)}/timeline`);

function nextLook(of: TimelineOf, timeline?: StartTimeline): number | false {
  if (timeline?.state === "queued" || timeline?.state === "running") return 2_000;
  const unseen = typeof timeline?.readyMilliseconds === "number" && typeof timeline.firstFrameMilliseconds !== "number";
  return "desktop" in of || unseen ? 10_000 : false;
}

/** Followed while something can still be added to it; of a desktop there may be another start. */
export const timelineQuery = (of: TimelineOf) => queryOptions({
  queryKey: ["timeline", of] as const,
  queryFn: ({ signal }) => call<StartTimeline>(pathOf(of), { signal }),
  staleTime: 0,
  refetchInterval: ({ state }) => nextLook(of, state.data),
});

/** Asked again with each step, because then the server knows more. */
export const estimateQuery = (operation: string, step: string) => queryOptions({
  queryKey: ["timeline", { operation }, "estimate", step] as const,
  queryFn: ({ signal }) => call<StartTimeline>(pathOf({ operation }), { signal }).then(({ estimate }) => ({ estimate: estimate ?? null, at: Date.now() })),
  refetchInterval: 10_000,
});

export const timingsQuery = (template: string) => queryOptions({
  queryKey: ["timings", template] as const,
  queryFn: ({ signal }) => call<TemplateTimings>(`/api/v1/templates/${encodeURIComponent(template)}/timings`, { signal }),
});
