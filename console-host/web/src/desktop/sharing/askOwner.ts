import { ApiError } from "../../api/problem";
import { sharing } from "./sharingApi";

const look = 1_000;

/**
 * An administrator connects to somebody else's desktop: while its owner is being asked the page waits for the answer, then connects or says what was
 * answered. `asking` hears when a wait begins and ends.
 */
export async function askingOwner<T>(desktop: string, connect: () => Promise<T>, asking: (sentence: string | null) => void): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "consent_pending") throw error;
    asking(error.message);
    try {
      await allowed(desktop, String(error.problem.request));
    } finally {
      asking(null);
    }
    return await connect();
  }
}

async function allowed(desktop: string, request: string): Promise<void> {
  for (;;) {
    const { items } = await sharing.requests(desktop);
    const state = items.find(({ id }) => id === request)?.state ?? "refused";
    if (state === "allowed") return;
    if (state !== "pending") throw new ApiError({ status: 403, code: "watch_refused", detail: sentences[state] });
    await new Promise((resolve) => setTimeout(resolve, look));
  }
}

const sentences = {
  refused: "The owner does not want you to see this desktop now.",
  unanswered: "The owner did not answer within a minute.",
};
