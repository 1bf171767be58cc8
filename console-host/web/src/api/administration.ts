import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "./http";
import type { Account, Desktop, Page, SessionInfo } from "./types";
import type { DesktopFilter } from "./client";

const v1 = "/api/v1";
const id = encodeURIComponent;

export type BulkAction = "start" | "stop" | "delete" | "transfer";

export interface BulkItem {
  desktop: string;
  name?: string | null;
  result: "waiting" | "accepted" | "done" | "unchanged" | "refused";
  operation?: string | null;
  code?: string | null;
  detail?: string | null;
}

export interface Bulk {
  id: string;
  action: BulkAction;
  state: "running" | "done";
  total: number;
  waiting: number;
  accepted: number;
  unchanged: number;
  refused: number;
  owner?: string | null;
  items?: BulkItem[] | null;
}

/** Either the desktops themselves, or all that match a filter. */
export interface Choice {
  ids?: string[];
  filter?: DesktopFilter;
  count: number;
}

export interface AccountFilter {
  q?: string;
  disabled?: string;
  locked?: string;
  role?: string;
  group?: string;
  source?: string;
}

export interface LiveSession extends SessionInfo {
  accountId: string;
  userName: string;
  method?: string | null;
}

export interface Possessions {
  account: Account;
  desktops: Desktop[];
  moreDesktops: boolean;
  sessions: LiveSession[];
  tokens: { id: string; name: string; prefix: string; valid: boolean; lastUsedAt?: string | null }[];
}

export interface StatisticsItem {
  at: string;
  runningAverage: number;
  runningPeak: number;
  desktopHours: number;
  hoursByTemplate: Record<string, number>;
  hoursByGroup: Record<string, number>;
  activeUsers: number;
  operations: Record<string, { succeeded: number; failed: number; cancelled: number }>;
  failures: Record<string, number>;
  timeToReady: { count: number; p50Seconds?: number | null; p95Seconds?: number | null };
}

export interface Statistics {
  runningNow: number;
  total: StatisticsItem;
  items: StatisticsItem[];
}

export interface Period {
  from: string;
  to: string;
  step: "hour" | "day";
}

export interface PersonUse {
  account: string;
  userName: string;
  desktopHours: number;
}

function query(values: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values) as [string, string | undefined][]) if (value) parameters.set(name, value);
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

export const administration = {
  transfer: (desktop: Pick<Desktop, "id" | "version">, owner: string) =>
    call<Desktop>(`${v1}/desktops/${id(desktop.id)}/transfer`, { method: "POST", body: { owner, version: desktop.version } }),
  count: (filter: DesktopFilter, signal?: AbortSignal) => call<{ count: number }>(`${v1}/desktops/count${query(filter)}`, { signal }),
  startBulk: (action: BulkAction, { ids, filter, count }: Choice, key: string, owner?: string) =>
    call<Bulk>(`${v1}/desktops/bulk`, {
      method: "POST", headers: { "idempotency-key": key },
      body: { action, ...(filter ? { filter } : { ids }), expectedCount: count, ...(action === "delete" ? { confirm: count } : {}), ...(owner ? { owner } : {}) },
    }),
  bulk: (bulk: string, signal?: AbortSignal) => call<Bulk>(`${v1}/desktops/bulk/${id(bulk)}`, { signal }),

  accounts: (filter: AccountFilter, limit: number, cursor?: string, signal?: AbortSignal) =>
    call<Page<Account>>(`${v1}/accounts${query({ ...filter, limit: String(limit), cursor })}`, { signal }),
  account: (account: string, signal?: AbortSignal) => call<Account>(`${v1}/accounts/${id(account)}`, { signal }),
  unlock: (account: string) => call<Account>(`${v1}/accounts/${id(account)}/unlock`, { method: "POST" }),
  possessions: (account: string, signal?: AbortSignal) => call<Possessions>(`${v1}/accounts/${id(account)}/possessions`, { signal }),
  sessionsOf: (account: string, signal?: AbortSignal) => call<Page<LiveSession>>(`${v1}/sessions${query({ account })}`, { signal }),
  sessions: (q: string, cursor?: string, signal?: AbortSignal) => call<Page<LiveSession>>(`${v1}/sessions${query({ account: "*", q, cursor })}`, { signal }),
  endSessions: (account: string) => call<undefined>(`${v1}/accounts/${id(account)}/sessions`, { method: "DELETE" }),

  statistics: (period: Period, signal?: AbortSignal) => call<Statistics>(`${v1}/statistics${query(period)}`, { signal }),
  people: (month: string, signal?: AbortSignal) => call<Page<PersonUse>>(`${v1}/statistics/people${query({ month, limit: "20" })}`, { signal }),
  exportUrl: (period: Period) => `${v1}/statistics/export${query(period)}`,
};

export const accountListQuery = (filter: AccountFilter) =>
  infiniteQueryOptions({
    queryKey: ["accounts", filter] as const,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<Account>) => page.cursor ?? undefined,
    queryFn: ({ pageParam, signal }) => administration.accounts(filter, 50, pageParam, signal),
  });

export const accountQuery = (account: string) =>
  queryOptions({ queryKey: ["accounts", "one", account] as const, queryFn: ({ signal }) => administration.account(account, signal) });

export const possessionsQuery = (account: string) =>
  queryOptions({ queryKey: ["accounts", "possessions", account] as const, queryFn: ({ signal }) => administration.possessions(account, signal) });

export const allSessionsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["sessions", "everybody", q] as const,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<LiveSession>) => page.cursor ?? undefined,
    queryFn: ({ pageParam, signal }) => administration.sessions(q, pageParam, signal),
  });

/** Asked again and again until each desktop has a result. */
export const bulkQuery = (bulk: string) =>
  queryOptions({
    queryKey: ["bulk", bulk] as const,
    queryFn: ({ signal }) => administration.bulk(bulk, signal),
    refetchInterval: (found) => (found.state.data?.state === "done" ? false : 700),
  });
