import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { SectionState, SectionView } from "./types";

const path = "/api/v1/settings";

export const settingsKeys = {
  all: ["settings"] as const,
  section: (name: string) => ["settings", name] as const,
};

export const settingsQuery = queryOptions({ queryKey: settingsKeys.all, queryFn: async ({ signal }) => (await call<{ items: SectionState[] }>(path, { signal })).items });

export const sectionQuery = <T>(name: string) =>
  queryOptions({ queryKey: settingsKeys.section(name), queryFn: ({ signal }) => call<SectionView<T>>(`${path}/${encodeURIComponent(name)}`, { signal }) });

export const putSection = <T>(name: string, value: T, version: number) =>
  call<SectionView<T>>(`${path}/${encodeURIComponent(name)}`, { method: "PUT", body: value, headers: { "if-match": `"${version}"` } });
