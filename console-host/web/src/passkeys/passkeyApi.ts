import { call, callAuth } from "../api/http";
import type { Me } from "../api/types";
import { answer, make, type CreationOptions, type RequestOptions } from "./webauthn";

const mine = "/api/v1/me/passkeys";

export interface Passkey {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt?: string | null;
  synced: boolean;
  verifies: boolean;
}

export interface MyPasskeys {
  offered: boolean;
  reason?: string | null;
  items: Passkey[];
}

export const passkeyKeys = { mine: ["me", "passkeys"] as const };

const begin = async (path: string) => ((await (await callAuth(`${path}/options`)).json()) as { options: RequestOptions }).options;
const finish = async (path: string, options: RequestOptions, autofill?: AbortSignal) =>
  (await (await callAuth(path, { assertion: await answer(options, autofill) })).json()) as { account: Me };

/** Each asks the server for a challenge, the browser for an answer, and brings that to the server. */
export const passkeyApi = {
  mine: (signal?: AbortSignal) => call<MyPasskeys>(mine, { signal }),
  begin: () => call<{ options: CreationOptions }>(`${mine}/options`, { method: "POST" }),
  async add(options: CreationOptions, name: string) {
    const attestation = await make(options);
    return call<{ passkey: Passkey; recoveryCodes: string[] }>(mine, { method: "POST", body: { name, attestation } });
  },
  rename: (id: string, name: string) => call<Passkey>(`${mine}/${encodeURIComponent(id)}`, { method: "PATCH", body: { name } }),
  remove: (id: string) => call<undefined>(`${mine}/${encodeURIComponent(id)}`, { method: "DELETE" }),
  async prove() {
    const { options } = await call<{ options: RequestOptions }>("/api/v1/me/proof/passkey/options", { method: "POST" });
    await call<undefined>("/api/v1/me/proof/passkey", { method: "POST", body: { assertion: await answer(options) } });
  },
  signIn: async (autofill?: AbortSignal) => finish("/auth/passkey", await begin("/auth/passkey"), autofill),
  second: async () => finish("/auth/second-factor/passkey", await begin("/auth/second-factor/passkey")),
};
