import { queryOptions } from "@tanstack/react-query";
import { call, callAuth } from "../api/http";
import { renewal } from "../session/renewal";

export type StepState = "open" | "done" | "skipped";
export type StepName = "admin" | "provider" | "directory" | "mail" | "entitlement" | "desktop";

export interface SetupProgress {
  finished: boolean;
  dismissed: boolean;
  steps: { name: StepName; state: StepState }[];
  version: number;
}

export interface Claim {
  code: string;
  userName: string;
  password: string;
  email: string | null;
}

export const setupKey = ["setup"] as const;

export const setupQuery = queryOptions({ queryKey: setupKey, queryFn: ({ signal }) => call<SetupProgress>("/api/v1/setup", { signal }) });

export const changeSetup = (change: { steps?: Partial<Record<StepName, StepState>>; dismissed?: boolean }) =>
  call<SetupProgress>("/api/v1/setup", { method: "PUT", body: change });

export async function claimSetup(claim: Claim): Promise<void> {
  const response = await callAuth("/auth/setup", claim);
  const body = (await response.json()) as { sessionExpiresAt: string };
  renewal.remember(body.sessionExpiresAt, response.headers.get("date"));
}
