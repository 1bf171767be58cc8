import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { Connection, Page } from "../../api/types";

export type ShareAccess = "view" | "control";

export interface Share {
  id: string;
  madeBy: string;
  access: ShareAccess;
  people: string[];
  anyone: boolean;
  singleUse: boolean;
  createdAt: string;
  expiresAt: string;
  usedBy: { userName: string; at: string }[];
}

export interface NewShare {
  access: ShareAccess;
  people?: string[];
  anyone?: boolean;
  expiresAt: string;
  singleUse: boolean;
}

export interface OpenedShare {
  share: string;
  desktop: { id: string; name: string; owner: { id: string; userName: string } };
  access: ShareAccess;
  expiresAt: string;
}

export interface Watcher {
  /** The connection. */
  id: string;
  userName: string;
  role: "owner" | "guest" | "admin";
  access: ShareAccess;
  since: string;
}

export interface WatchRequest {
  id: string;
  desktop: string;
  userName: string;
  askedAt: string;
  until: string;
  state: "pending" | "allowed" | "refused" | "unanswered";
}

const v1 = "/api/v1";
const of = (desktop: string) => `${v1}/desktops/${encodeURIComponent(desktop)}`;

export const sharing = {
  create: (desktop: string, share: NewShare) => call<{ share: Share; token: string }>(`${of(desktop)}/shares`, { method: "POST", body: share }),
  revoke: (desktop: string, share: string) => call<undefined>(`${of(desktop)}/shares/${encodeURIComponent(share)}`, { method: "DELETE" }),
  open: (token: string, signal?: AbortSignal) => call<OpenedShare>(`${v1}/shares/open`, { method: "POST", body: { token }, signal }),
  connect: (share: string, token: string, engine: Connection["engine"] | null) =>
    call<Connection>(`${v1}/shares/${encodeURIComponent(share)}/connections`, { method: "POST", body: engine ? { token, engine } : { token } }),
  remove: (desktop: string, watcher: string) => call<undefined>(`${of(desktop)}/watchers/${encodeURIComponent(watcher)}`, { method: "DELETE" }),
  requests: (desktop: string) => call<Page<WatchRequest>>(`${of(desktop)}/watch-requests`),
  answer: (desktop: string, request: string, allow: boolean) => call<WatchRequest>(`${of(desktop)}/watch-requests/${encodeURIComponent(request)}`, { method: "POST", body: { allow } }),
};

export const sharesQuery = (desktop: string) =>
  queryOptions({ queryKey: ["shares", desktop], queryFn: async ({ signal }) => (await call<Page<Share>>(`${of(desktop)}/shares`, { signal })).items });

/** Events tell of changes; now and then somebody is gone of whom nobody could tell. */
export const watchersQuery = (desktop: string) =>
  queryOptions({
    queryKey: ["watchers", desktop],
    queryFn: async ({ signal }) => (await call<Page<Watcher>>(`${of(desktop)}/watchers`, { signal })).items,
    refetchInterval: 30_000,
    retry: false,
  });

export const requestsQuery = (desktop: string) =>
  queryOptions({ queryKey: ["watch-request", desktop], queryFn: async () => (await sharing.requests(desktop)).items, refetchInterval: 10_000, retry: false });

export const linkOf = (token: string) => `${window.location.origin}/shared#${token}`;
