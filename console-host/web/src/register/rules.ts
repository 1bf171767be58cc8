import { queryOptions } from "@tanstack/react-query";
import { networkProblem, readProblem } from "../api/problem";

export interface RegistrationRules {
  enabled: boolean;
  domains: string[];
  approval: boolean;
  passwordReset: boolean;
  minimumPasswordLength: number;
}

/** What a stranger may know; not through `call`, which would look for a session. */
async function rules(signal?: AbortSignal): Promise<RegistrationRules> {
  let response: Response;
  try {
    response = await fetch("/auth/registrations", { headers: { accept: "application/json" }, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw networkProblem();
  }
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as RegistrationRules;
}

export const rulesQuery = queryOptions({ queryKey: ["registration-rules"], queryFn: ({ signal }) => rules(signal), staleTime: 60_000, retry: 1 });
