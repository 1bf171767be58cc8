import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { Secret } from "./types";

export interface ProviderClaims { userName: string; displayName: string; email: string; groups: string }

export interface Provider {
  name: string;
  title?: string;
  kind: "oidc" | "github" | "facebook";
  enabled: boolean;
  issuer?: string;
  formerIssuers: string[];
  clientId: string;
  clientSecret?: Secret;
  scopes: string[];
  claims: ProviderClaims;
  roles: string[];
  allowedDomains: string[];
  allowedGroups: string[];
  groupPrefix?: string | null;
  signOutAtProvider: boolean;
  tokenExchange: boolean;
  exchangeAudience?: string;
  exchangeClients: string[];
  authorizationEndpoint?: string;
  tokenEndpoint?: string;
  userInfoEndpoint?: string;
}

export interface ProvidersSection { providers: Provider[] }

/** What `POST /api/v1/providers/test` found at an issuer. */
export interface Findings {
  issuer: string;
  authorizationEndpoint: string;
  endSessionEndpoint?: string;
  backChannelLogout: boolean;
  issuerParameter: boolean;
  algorithms: string[];
  keys: number;
}

export interface Registration { redirectUri: string; signedOutUri: string; backChannelLogoutUri: string }

export const testProvider = (issuer: string) => call<Findings>("/api/v1/providers/test", { method: "POST", body: { issuer } });

export const registrationQuery = (name: string) =>
  queryOptions({ queryKey: ["provider-registration", name], queryFn: ({ signal }) => call<Registration>(`/api/v1/providers/${encodeURIComponent(name)}/registration`, { signal }), staleTime: Infinity });

export const blankProvider = (): Provider => ({
  name: "", title: "", kind: "oidc", enabled: true, issuer: "", formerIssuers: [], clientId: "", clientSecret: null, scopes: [], claims: { userName: "preferred_username", displayName: "name", email: "email", groups: "groups" },
  roles: [], allowedDomains: [], allowedGroups: [], signOutAtProvider: true, tokenExchange: false, exchangeAudience: "", exchangeClients: [],
});

/** Where each one's issuer is found; what stands in capitals is the reader's to fill in. */
export const issuers: { name: string; issuer: string }[] = [
  { name: "Keycloak", issuer: "https://HOST/realms/REALM" },
  { name: "Microsoft Entra ID", issuer: "https://login.microsoftonline.com/TENANT-ID/v2.0" },
  { name: "Google", issuer: "https://accounts.google.com" },
  { name: "Okta", issuer: "https://ORGANISATION.okta.com" },
  { name: "IServ", issuer: "https://HOST" },
  { name: "Orange", issuer: "https://api.orange.com/openidconnect/fr/v1" },
];
