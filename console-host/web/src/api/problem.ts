/** RFC 9457 as our API speaks it. */
export interface Problem {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
  traceId?: string;
  [extension: string]: unknown;
}

/** Any answer that is not a success, including "no answer". */
export class ApiError extends Error {
  readonly problem: Problem;
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(sentenceFor(problem));
    this.name = "ApiError";
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get code() {
    return this.problem.code;
  }

  get status() {
    return this.problem.status;
  }

  /** Messages by field, as the server wrote them; several for one field follow each other. */
  get fieldErrors(): Record<string, string> {
    const byField: Record<string, string> = {};
    for (const { field, message } of this.problem.errors ?? []) {
      const before = byField[field];
      byField[field] = before === undefined ? message : `${before} ${message}`;
    }
    return byField;
  }
}

const sentences: Record<string, string> = {
  network: "CloudWorkstation cannot be reached. Check your connection; what you entered is kept.",
  session_ended: "You have been signed out. Sign in again to go on.",
  storage_full: "The server's disk is full. Nothing was changed; tell your administrator.",
  internal: "Something went wrong on the server. Try again; if it stays, tell your administrator.",
};

function sentenceFor(problem: Problem): string {
  const detail = problem.detail ?? problem.title;
  return (detail && detail.length > 0 ? detail : sentences[problem.code]) ?? `The server answered with status ${problem.status}.`;
}

export function networkProblem(): ApiError {
  return new ApiError({ status: 0, code: "network", detail: sentences.network });
}

/** A sentence for a person, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : "Something went wrong.";
}

export async function readProblem(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get("retry-after"));
  const seconds = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined;
  const fallback: Problem = { status: response.status, code: response.status >= 500 ? "internal" : "unknown" };
  if (!(response.headers.get("content-type") ?? "").includes("json")) {
    return new ApiError(response.status === 401 ? { ...fallback, code: "unauthenticated" } : fallback, seconds);
  }
  try {
    return new ApiError({ ...fallback, ...((await response.json()) as Partial<Problem>) }, seconds);
  } catch {
    return new ApiError(fallback, seconds);
  }
}
