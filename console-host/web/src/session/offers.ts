import { queryOptions } from "@tanstack/react-query";
import { readAuth } from "../api/http";

/** What the sign-in page offers. */
export interface SignInOffers {
  password: boolean;
  passkeys: boolean;
  registration: boolean;
  passwordReset: boolean;
  setup: boolean;
  providers: { name: string; title: string; url: string }[];
}

export const offersQuery = queryOptions({ queryKey: ["sign-in-offers"], queryFn: ({ signal }) => readAuth<SignInOffers>("/auth/providers", signal), staleTime: 60_000 });

/** What the way back from a provider says in `?error=`; the server's codes, in words for the person who wanted to sign in. */
export function providerSentence(code: string, provider: string): string {
  switch (code) {
    case "provider_unavailable":
      return `${provider} does not answer at the moment. Try again later, or sign in another way.`;
    case "provider_denied":
      return `The sign-in at ${provider} was cancelled.`;
    case "sign_in_expired":
      return "That sign-in was begun too long ago, or in another window. Begin again.";
    case "provider_refused":
      return `The answer of ${provider} could not be trusted, so nobody was signed in. Begin again; if it stays so, tell your administrator.`;
    case "not_admitted":
      return `Your account at ${provider} is not among those that may use this installation. Ask your administrator.`;
    case "account_disabled":
      return "This account is disabled. Ask your administrator to enable it.";
    case "unknown_provider":
      return "There is no such way to sign in any more. Choose another one.";
    default:
      return "The sign-in did not work. Begin again.";
  }
}
