import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import { api, type DesktopFilter, type OperationFilter } from "./client";
import { newerDesktop, newerOperation } from "./newest";
import type { Desktop, Operation, Page } from "./types";

export const keys = {
  me: ["me"] as const,
  templates: ["templates"] as const,
  allTemplates: ["templates", "all"] as const,
  desktops: ["desktops"] as const,
  desktopList: (filter: DesktopFilter) => ["desktops", filter] as const,
  desktop: (id: string) => ["desktop", id] as const,
  idle: (id: string) => ["idle", id] as const,
  operations: ["operations"] as const,
  operationList: (filter: OperationFilter) => ["operations", filter] as const,
  operation: (id: string) => ["operation", id] as const,
  sessions: ["sessions"] as const,
  accounts: ["accounts"] as const,
  access: ["access"] as const,
  accessOf: (account: string) => ["access", "account", account] as const,
  waysTo: (template: string) => ["access", "template", template] as const,
  orphans: ["orphans"] as const,
};

export const meQuery = queryOptions({ queryKey: keys.me, queryFn: ({ signal }) => api.me(signal), staleTime: 60_000 });

export const templatesQuery = queryOptions({ queryKey: keys.templates, queryFn: ({ signal }) => api.templates(signal), staleTime: 60_000 });

/** An answer may have been overtaken by an event while it was on its way: the newer one stays. */
export const desktopQuery = (client: QueryClient, id: string) =>
  queryOptions({
    queryKey: keys.desktop(id),
    queryFn: async ({ signal }) => newerDesktop(client.getQueryData<Desktop>(keys.desktop(id)), await api.desktop(id, signal)),
  });

export const idleQuery = (id: string) => queryOptions({ queryKey: keys.idle(id), queryFn: ({ signal }) => api.idle(id, signal) });

export const operationQuery = (client: QueryClient, id: string) =>
  queryOptions({
    queryKey: keys.operation(id),
    queryFn: async ({ signal }) => newerOperation(client.getQueryData<Operation>(keys.operation(id)), await api.operation(id, signal)),
  });

const nextCursor = (page: Page<unknown>) => page.cursor ?? undefined;

export const desktopsQuery = (client: QueryClient, filter: DesktopFilter) =>
  infiniteQueryOptions({
    queryKey: keys.desktopList(filter),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
    queryFn: async ({ pageParam, signal }) => {
      const page = await api.desktops(filter, pageParam, signal);
      const items = page.items.map((item) => {
        const newest = newerDesktop(client.getQueryData<Desktop>(keys.desktop(item.id)), item);
        client.setQueryData(keys.desktop(item.id), newest);
        return newest;
      });
      return { ...page, items };
    },
  });

export const operationsQuery = (client: QueryClient, filter: OperationFilter) =>
  infiniteQueryOptions({
    queryKey: keys.operationList(filter),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
    queryFn: async ({ pageParam, signal }) => {
      const page = await api.operations(filter, pageParam, signal);
      return { ...page, items: page.items.map((item) => newerOperation(client.getQueryData<Operation>(keys.operation(item.id)), item)) };
    },
  });

export const permissionsQuery = queryOptions({ queryKey: [...keys.access, "permissions"], queryFn: async ({ signal }) => (await api.permissions(signal)).items });
export const groupsQuery = queryOptions({ queryKey: [...keys.access, "groups"], queryFn: ({ signal }) => api.groups(signal) });
export const rolesQuery = queryOptions({ queryKey: [...keys.access, "roles"], queryFn: ({ signal }) => api.roles(signal) });
export const entitlementsQuery = queryOptions({ queryKey: [...keys.access, "entitlements"], queryFn: ({ signal }) => api.entitlements(signal) });
