import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { SessionPolicy } from "../../api/types";

/** Who restricts something: the template by its title, or a policy of the owner's groups by its name. */
export interface PolicySource {
  kind: string;
  name: string;
}

export interface ExplainedMember {
  name: string;
  value?: string | null;
  from: PolicySource[];
}

/** `GET /api/v1/desktops/{id}/session-policy`. */
export interface ExplainedPolicy {
  session: SessionPolicy;
  members: ExplainedMember[];
  /** Who asks, and from where, as the server sees it. */
  viewer: string;
  address?: string | null;
}

export const sessionPolicyQuery = (desktop: string) =>
  queryOptions({
    queryKey: ["session-policy", desktop],
    queryFn: ({ signal }) => call<ExplainedPolicy>(`/api/v1/desktops/${encodeURIComponent(desktop)}/session-policy`, { signal }),
    retry: false,
  });
