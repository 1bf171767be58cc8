import { infiniteQueryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { Page } from "../../api/types";
import type { OpenedShare, Share, Watcher } from "../../desktop/sharing/sharingApi";

/** A desktop whose screen others may see, or see now. */
export interface SharedScreen {
  desktop: OpenedShare["desktop"];
  shares: Share[];
  watchers: Watcher[];
}

export interface ShareFilter {
  /** User name; empty for everybody. */
  owner: string;
  guest: string;
}

const path = "/api/v1/shares";
export const sharesKey = ["all-shares"] as const;

export const allSharesQuery = ({ owner, guest }: ShareFilter) => infiniteQueryOptions({
  queryKey: [...sharesKey, owner, guest] as const,
  queryFn: ({ pageParam, signal }) => {
    const parameters = new URLSearchParams({ owner: owner || "*", limit: "50" });
    if (guest) parameters.set("guest", guest);
    if (pageParam) parameters.set("cursor", pageParam);
    return call<Page<SharedScreen>>(`${path}?${parameters.toString()}`, { signal });
  },
  initialPageParam: "",
  getNextPageParam: (last) => last.cursor ?? undefined,
  // Who looks changes without a word to administrators.
  refetchInterval: 15_000,
});

export const endAllShares = (owner: string) => call<{ ended: number }>(`${path}/end`, { method: "POST", body: { owner } });
