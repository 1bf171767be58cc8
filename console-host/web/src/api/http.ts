import { renewal } from "../session/renewal";
import { sessionEnded } from "../session/navigation";
import { ApiError, networkProblem, readProblem } from "./problem";

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function send(path: string, { method = "GET", body, headers, signal }: RequestOptions): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: "same-origin",
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw networkProblem();
  }
}

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw await readProblem(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Calls the API. A 401 renews the session once and repeats; when the session has ended, the page leaves for sign-in. */
export async function call<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const seen = renewal.expiresAt;
  const response = await send(path, options);
  if (response.status !== 401) return read<T>(response);

  const result = await renewal.renew(seen);
  if (result === "renewed") return read<T>(await send(path, options));
  if (result === "unreachable") throw networkProblem();
  sessionEnded();
  throw new ApiError({ status: 401, code: "session_ended" });
}

/** What anybody may read below `/auth`. */
export async function readAuth<T>(path: string, signal?: AbortSignal): Promise<T> {
  return read<T>(await send(path, { signal }));
}

/** For `/auth/*`, where 401 is an answer and not a reason to renew. */
export async function callAuth(path: string, body?: unknown): Promise<Response> {
  const response = await send(path, { method: "POST", body });
  if (!response.ok) throw await readProblem(response);
  return response;
}
