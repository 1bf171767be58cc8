import { queryOptions, infiniteQueryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { Page } from "../../api/types";
import type { Secret } from "./types";

export interface Webhook {
  name: string;
  url: string;
  secret: Secret;
  previousSecret?: Secret;
  previousSecretUntil?: string | null;
  events: string[];
  enabled: boolean;
}

export interface NotificationsSection { webhooks: Webhook[] }

export interface WebhookStatus {
  name: string;
  state: "well" | "failing" | "gone" | "disabled";
  failingSince?: string;
  failures: number;
  nextAt?: string;
  problem?: string;
}

export interface Delivery {
  id: string;
  event: string;
  type: string;
  webhook: string;
  state: "pending" | "delivered" | "failed";
  attempts: number;
  createdAt: string;
  nextAttemptAt?: string;
  lastAnswer?: { at: string; status?: number; problem?: string; body?: string; milliseconds: number };
  payload: string;
}

const path = "/api/v1/notifications";

export const webhookKeys = { all: ["webhooks"] as const, deliveries: ["webhooks", "deliveries"] as const };

export const eventsQuery = queryOptions({
  queryKey: ["webhooks", "events"],
  queryFn: async ({ signal }) => (await call<{ items: { name: string; title: string }[] }>(`${path}/events`, { signal })).items,
  staleTime: Infinity,
});

export const webhookStatusQuery = queryOptions({
  queryKey: ["webhooks", "status"],
  queryFn: async ({ signal }) => (await call<{ items: WebhookStatus[] }>(`${path}/webhooks`, { signal })).items,
  refetchInterval: 10_000,
});

export const deliveriesQuery = (webhook: string, state: string) =>
  infiniteQueryOptions({
    queryKey: [...webhookKeys.deliveries, webhook, state],
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<Delivery>) => page.cursor ?? undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: "20", ...(webhook ? { webhook } : {}), ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) });
      return call<Page<Delivery>>(`${path}/deliveries?${query}`, { signal });
    },
    refetchInterval: 5_000,
  });

export const testWebhook = (name: string) => call<Delivery>(`${path}/webhooks/${encodeURIComponent(name)}/test`, { method: "POST" });
export const rotateSecret = (name: string) => call<{ secret: string }>(`${path}/webhooks/${encodeURIComponent(name)}/rotate`, { method: "POST" });
export const sendAgain = (id: string) => call<Delivery>(`${path}/deliveries/${encodeURIComponent(id)}/send-again`, { method: "POST" });

/** As the server makes them: 32 random bytes. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
