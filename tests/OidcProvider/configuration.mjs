import { generateKeyPairSync, randomUUID } from "node:crypto";
import { people } from "./people.mjs";

const audience = "cloudworkstation-api";

/** Keys as a provider has after a rotation: none of the ones before. */
export function newKeys(algorithm) {
  const { privateKey } = algorithm === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { keys: [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: algorithm }] };
}

/**
 * @param wanted algorithm (RS256, ES256); groupsAs (array, text); inIdToken: claims stand in the ID token, else only in the user info;
 *   clients: client id, secret (none for a public client), redirectUris, signedOutUris, backChannelLogoutUri, apiTokens: its access tokens are JWTs for our API.
 */
export function configuration(wanted, jwks) {
  return {
    jwks,
    clients: wanted.clients.map((client) => clientOf(client, wanted.algorithm)),
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    conformIdTokenClaims: !wanted.inIdToken,
    findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id, wanted.groupsAs) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantEverything,
    cookies: { keys: [randomUUID()] },
    // Its guard against addresses of this machine would keep it from telling us, who are on it, that somebody signed out; and a busy machine takes its time.
    fetch: (url, { dispatcher: _, signal: __, ...options }) => globalThis.fetch(url, { ...options, signal: AbortSignal.timeout(60_000) }),
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: [wanted.algorithm] },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 3600, Interaction: 3600, Session: 3600, Grant: 3600 },
    renderError: (context, out) => {
      context.type = "json";
      context.body = out;
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, client) => (wanted.clients.some((one) => one.clientId === client.clientId && one.apiTokens) ? `urn:${audience}` : undefined),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: "openid", audience, accessTokenFormat: "jwt", jwt: { sign: { alg: wanted.algorithm } } }),
      },
    },
  };
}

const clientOf = (client, algorithm) => ({
  client_id: client.clientId,
  client_secret: client.secret ?? undefined,
  token_endpoint_auth_method: client.secret ? (client.secretInForm ? "client_secret_post" : "client_secret_basic") : "none",
  redirect_uris: client.redirectUris,
  post_logout_redirect_uris: client.signedOutUris ?? [],
  backchannel_logout_uri: client.backChannelLogoutUri,
  backchannel_logout_session_required: Boolean(client.backChannelLogoutUri),
  id_token_signed_response_alg: algorithm,
  grant_types: ["authorization_code"],
  response_types: ["code"],
});

function claimsOf(id, groupsAs) {
  const { groups, ...person } = people[id];
  return { sub: id, ...person, groups: groupsAs === "text" ? groups.join(",") : groups };
}

/** Nobody is asked for consent: a company's provider does not ask its employees either. */
async function grantEverything(context) {
  const { client, session, provider, params } = context.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  grant.addResourceScope(`urn:${audience}`, "openid");
  await grant.save();
  return grant;
}

function askToSignOut(context, form) {
  context.body = `<!doctype html><html lang="en"><title>Sign out</title><main><h1>Sign out of Example Company?</h1>${form}
    <button type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button></main></html>`;
}
