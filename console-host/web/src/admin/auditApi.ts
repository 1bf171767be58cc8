import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../api/http";
import type { Page } from "../api/types";

export type AuditResult = "accepted" | "refused" | "succeeded" | "failed";

export interface AuditEntry {
  id: string;
  at: string;
  actorId: string;
  actorName: string;
  sessionId?: string | null;
  address?: string | null;
  userAgent?: string | null;
  requestId?: string | null;
  action: string;
  target: string;
  result: AuditResult;
  detail?: string | null;
  change?: { before?: Record<string, unknown> | null; after?: Record<string, unknown> | null } | null;
}

export interface AuditAction { name: string; description: string; target: string; hasChange: boolean }

export interface AuditFilter {
  from: string;
  to: string;
  actor: string;
  target: string;
  action: string;
  result: string;
  address: string;
  q: string;
}

export interface AuditExport { name: string; on: boolean; until?: string | null; sent: number; failingSince?: string | null; error?: string | null }

export interface Ban {
  id: string;
  accountId?: string | null;
  userName?: string | null;
  network?: string | null;
  reason: string;
  by: string;
  createdAt: string;
  expiresAt: string;
}

const path = "/api/v1/audit";

export function queryOf(filter: AuditFilter): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value.trim() !== "") parameters.set(name, value.trim());
  return parameters;
}

export const exportAddress = (filter: AuditFilter) => `${path}/export?${queryOf(filter).toString()}`;

export const auditQuery = (filter: AuditFilter) => infiniteQueryOptions({
  queryKey: ["audit", filter] as const,
  initialPageParam: "",
  getNextPageParam: (page: Page<AuditEntry>) => page.cursor ?? undefined,
  queryFn: ({ pageParam, signal }) => {
    const parameters = queryOf(filter);
    parameters.set("limit", "50");
    if (pageParam !== "") parameters.set("cursor", pageParam);
    return call<Page<AuditEntry>>(`${path}?${parameters.toString()}`, { signal });
  },
  retry: false,
});

export const actionsQuery = queryOptions({ queryKey: ["audit-actions"] as const, queryFn: ({ signal }) => call<Page<AuditAction>>(`${path}/actions`, { signal }), staleTime: Infinity });

export const exportsQuery = queryOptions({ queryKey: ["audit-exports"] as const, queryFn: ({ signal }) => call<Page<AuditExport>>(`${path}/exports`, { signal }), refetchInterval: 5_000 });

export const bansKey = ["bans"] as const;

export const bansQuery = queryOptions({ queryKey: bansKey, queryFn: ({ signal }) => call<Page<Ban>>("/api/v1/bans", { signal }) });

export const bansApi = {
  add: (ban: { account?: string; network?: string; reason: string; minutes: number }) => call<Ban>("/api/v1/bans", { method: "POST", body: ban }),
  lift: (id: string) => call<undefined>(`/api/v1/bans/${encodeURIComponent(id)}`, { method: "DELETE" }),
};
