import { call, callAuth } from "../api/http";
import type { Me, Page } from "../api/types";

const v1 = "/api/v1";
const id = encodeURIComponent;

export interface Challenge {
  userName: string;
  mustEnrol: boolean;
  expiresAt: string;
  app: boolean;
  passkey: boolean;
}

export interface Enrolment {
  secret: string;
  uri: string;
  /** An SVG image. */
  qr: string;
  expiresAt: string;
}

export interface SecondFactor {
  enabled: boolean;
  enrolledAt?: string | null;
  recoveryCodesLeft: number;
  required: boolean;
  passkeys: number;
}

export interface ApiToken {
  id: string;
  account: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  valid: boolean;
  lastUsedAt?: string | null;
  lastUsedFrom?: string | null;
}

export interface NewToken {
  name: string;
  scopes: string[];
  expiresAt: string;
  account?: string;
}

/** The second step of signing in; the browser carries the challenge as a cookie. */
export const challengeApi = {
  find: async () => {
    const answer = await fetch("/auth/second-factor", { credentials: "same-origin", headers: { accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Challenge) : null;
  },
  enrol: async () => (await (await callAuth("/auth/second-factor/enrolment", {})).json()) as Enrolment,
  complete: async (code: string) => (await (await callAuth("/auth/second-factor", { code })).json()) as { account: Me; recoveryCodes: string[] },
};

export const factorApi = {
  mine: (signal?: AbortSignal) => call<SecondFactor>(`${v1}/me/second-factor`, { signal }),
  begin: () => call<Enrolment>(`${v1}/me/second-factor/enrolment`, { method: "POST" }),
  confirm: (code: string) => call<{ recoveryCodes: string[] }>(`${v1}/me/second-factor/confirmation`, { method: "POST", body: { code } }),
  renew: () => call<{ recoveryCodes: string[] }>(`${v1}/me/second-factor/recovery-codes`, { method: "POST" }),
  disable: (password: string, code: string) => call<undefined>(`${v1}/me/second-factor/removal`, { method: "POST", body: { password, code } }),
  reset: (account: string) => call<undefined>(`${v1}/accounts/${id(account)}/second-factor`, { method: "DELETE" }),
  prove: (proof: { password?: string; code?: string }) => call<undefined>(`${v1}/me/proof`, { method: "POST", body: proof }),
};

export const tokensApi = {
  list: (account?: string, signal?: AbortSignal) => call<Page<ApiToken>>(`${v1}/tokens${account ? `?account=${id(account)}` : ""}`, { signal }),
  create: (token: NewToken) => call<{ text: string; token: ApiToken }>(`${v1}/tokens`, { method: "POST", body: token }),
  revoke: (token: string) => call<undefined>(`${v1}/tokens/${id(token)}`, { method: "DELETE" }),
};

export const factorKeys = {
  mine: ["me", "second-factor"] as const,
  tokens: (account?: string) => ["tokens", account ?? "mine"] as const,
};
