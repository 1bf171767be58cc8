import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../api/http";
import { networkProblem, readProblem } from "../api/problem";
import type { Page } from "../api/types";
import { readChunks, type ReadChunk } from "./chunkReader";

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
  chunks?: number | null;
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

/** What there is in it and when, without its pictures. */
export async function openOutline(id: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  return (await open(id, `${path}/${id}/outline`, signal)).body ?? new ReadableStream();
}

/** So many decrypted chunks from one on; fewer at the end, and before one that is missing. */
export async function readChunksOf(id: string, first: number, count: number, signal: AbortSignal): Promise<ReadChunk[]> {
  const { body } = await open(id, `${path}/${id}/content?first=${first}&count=${count}`, signal);
  const chunks: ReadChunk[] = [];
  if (body) for await (const chunk of readChunks(body)) chunks.push(chunk);
  return chunks;
}

async function open(id: string, address: string, signal: AbortSignal): Promise<Response> {
  const ask = () => fetch(address, { credentials: "same-origin", signal }).catch((error: unknown) => {
    throw signal.aborted ? error : networkProblem();
  });
  let response = await ask();
  if (response.status === 401) {
    // Whoever watches for hours outlives a session's token; any other request renews it.
    await call(`${path}/${id}`, { signal });
    response = await ask();
  }
  if (!response.ok) throw await readProblem(response);
  return response;
}
