import { infiniteQueryOptions } from "@tanstack/react-query";
import { call } from "../api/http";
import type { Page } from "../api/types";

export interface MailSummary {
  id: string;
  to: string;
  subject: string;
  kind: string;
  state: "queued" | "failed" | "kept";
  queuedAt: string;
  attempts: number;
  nextAttemptAt?: string | null;
  failure?: string | null;
}

const path = "/api/v1/mail";
const of = (id: string) => `${path}/${encodeURIComponent(id)}`;

export const mailKey = ["mail"] as const;

export const mailQuery = infiniteQueryOptions({
  queryKey: mailKey,
  initialPageParam: "",
  getNextPageParam: (page: Page<MailSummary>) => page.cursor ?? undefined,
  queryFn: ({ pageParam, signal }) => call<Page<MailSummary>>(`${path}?limit=50${pageParam === "" ? "" : `&cursor=${encodeURIComponent(pageParam)}`}`, { signal }),
  refetchInterval: 5_000,
});

export const mailApi = {
  read: (id: string) => call<MailSummary & { text?: string | null }>(of(id)),
  retry: (id: string) => call<MailSummary>(`${of(id)}/retry`, { method: "POST" }),
  remove: (id: string) => call<undefined>(of(id), { method: "DELETE" }),
  test: (to: string) => call<{ delivered: boolean }>(`${path}/test`, { method: "POST", body: { to } }),
};
