import { callAuth } from "../api/http";
import { solve, type Challenge } from "./proofOfWork";

export type RegistrationState = "unverified" | "approval" | "creating" | "created" | "refused" | "failed" | "cancelled";

export interface Progress {
  state: RegistrationState;
  userName: string;
  detail?: string | null;
  attempts: number;
  nextAttemptAt?: string | null;
  ticket?: string | null;
}

export interface Registration {
  userName: string;
  displayName: string;
  email: string;
  password: string;
  website: string;
}

async function post<T>(path: string, body?: unknown): Promise<T> {
  const response = await callAuth(path, body);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function proof() {
  return solve(await post<Challenge>("/auth/challenges"));
}

export const registerApi = {
  async register({ website, ...fields }: Registration) {
    await post("/auth/registrations", { ...fields, ...(website === "" ? {} : { website }), proof: await proof() });
  },
  verify: (token: string, userName?: string) => post<Progress>("/auth/registrations/verify", { token, ...(userName ? { userName } : {}) }),
  progress: (ticket: string) => post<Progress>("/auth/registrations/progress", { ticket }),
  async requestReset(email: string) {
    await post("/auth/password-resets", { email, proof: await proof() });
  },
  confirmReset: (token: string, newPassword: string) => post<undefined>("/auth/password-resets/confirm", { token, newPassword }),
};
