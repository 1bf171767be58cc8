import { infiniteQueryOptions } from "@tanstack/react-query";
import { call } from "../api/http";
import type { Page } from "../api/types";
import type { RegistrationState } from "../register/registerApi";

export interface RegistrationView {
  id: string;
  state: RegistrationState;
  userName: string;
  displayName?: string | null;
  email: string;
  target: string;
  requestedAt: string;
  verifiedAt?: string | null;
  attempts: number;
  nextAttemptAt?: string | null;
  failure?: string | null;
  decidedBy?: string | null;
  reason?: string | null;
  accountId?: string | null;
}

const path = "/api/v1/registrations";
const post = (id: string, what: string, body?: unknown) => call<RegistrationView>(`${path}/${encodeURIComponent(id)}/${what}`, { method: "POST", body });

export const registrationsKey = ["registrations"] as const;

export const registrationsQuery = (state: RegistrationState) => infiniteQueryOptions({
  queryKey: [...registrationsKey, state],
  initialPageParam: "",
  getNextPageParam: (page: Page<RegistrationView>) => page.cursor ?? undefined,
  queryFn: ({ pageParam, signal }) => call<Page<RegistrationView>>(`${path}?state=${state}&limit=50${pageParam === "" ? "" : `&cursor=${encodeURIComponent(pageParam)}`}`, { signal }),
  refetchInterval: 5_000,
});

export const registrationsApi = {
  approve: (id: string, userName: string) => post(id, "approve", { userName }),
  refuse: (id: string, reason: string) => post(id, "refuse", reason === "" ? {} : { reason }),
  retry: (id: string, userName: string) => post(id, "retry", { userName }),
  cancel: (id: string) => post(id, "cancel"),
};
