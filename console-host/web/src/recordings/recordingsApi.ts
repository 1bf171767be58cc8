import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../api/http";
import { networkProblem, readProblem } from "../api/problem";
import type { Page } from "../api/types";

export type RecordingState = "recording" | "complete" | "broken" | "expired";

export interface Recording {
  id: string;
  desktop: { id: string; name: string };
  owner: { id: string; userName: string };
  viewer: { id: string; userName: string };
  keys: boolean;
  state: RecordingState;
  startedAt: string;
  endedAt?: string | null;
  durationMilliseconds?: number | null;
  bytes?: number | null;
  reason?: string | null;
  expiresAt: string;
}

export interface RecordingFilter {
  owner: string;
  desktop: string;
  from: string;
  to: string;
}

const path = "/api/v1/recordings";

export const contentAddress = (id: string) => `${path}/${id}/content`;
export const timelineAddress = (id: string, csv: boolean) => `${path}/${id}/timeline${csv ? ".csv" : ""}`;

export const recordingsQuery = (filter: Partial<RecordingFilter>) => infiniteQueryOptions({
  queryKey: ["recordings", filter] as const,
  queryFn: ({ pageParam, signal }) => {
    const parameters = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
    if (pageParam) parameters.set("cursor", pageParam);
    return call<Page<Recording>>(`${path}?${parameters.toString()}`, { signal });
  },
  initialPageParam: "",
  getNextPageParam: (last: Page<Recording>) => last.cursor ?? undefined,
});

export const recordingQuery = (id: string) => queryOptions({
  queryKey: ["recordings", "one", id] as const,
  queryFn: ({ signal }) => call<Recording>(`${path}/${id}`, { signal }),
});

export const deleteRecording = (id: string) => call(`${path}/${id}`, { method: "DELETE" });

/** The decrypted chunks as a stream. The session was renewed by the request for the recording itself. */
export async function openContent(id: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(contentAddress(id), { credentials: "same-origin", signal }).catch((error: unknown) => {
    throw signal.aborted ? error : networkProblem();
  });
  if (!response.ok) throw await readProblem(response);
  return response.body ?? new ReadableStream();
}
