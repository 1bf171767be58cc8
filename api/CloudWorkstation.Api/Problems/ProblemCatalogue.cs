using System.Collections.Frozen;

namespace CloudWorkstation.Api.Problems;

/// <summary>
/// Every problem code the api answers with. The table in api/README.md and the responses in the OpenAPI document are made from this list;
/// a code is never renamed or given another status.
/// </summary>
public static class ProblemCatalogue
{
    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        // The request itself.
        new("malformed_json", 400, "The body is not valid JSON", "Correct the JSON at the position that `detail` names; every member may appear once."),
        new("malformed_request", 400, "The request cannot be understood", "Correct the part of the request that `detail` names."),
        new("malformed_if_match", 400, "If-Match is not an ETag of ours", "Send the ETag exactly as it came, for example `\"3\"`, or leave the header out."),
        new("malformed_idempotency_key", 400, "Idempotency-Key cannot be used", "Send 1 to 128 printable ASCII characters without spaces at the ends, for example a UUID."),
        new("invalid_cursor", 400, "The cursor belongs to another query", "Repeat the query without `cursor` and page from there with the same filters."),
        new("sign_in_expired", 400, "The sign-in was begun too long ago", "Begin again on the sign-in page."),
        new("invalid_exchange", 400, "The token exchange is not as RFC 8693 has it", "Correct what `detail` names."),
        new("invalid_subject_token", 400, "The provider's token cannot be exchanged", "Get a new token from the provider for the audience and the client that the settings name."),
        new("invalid_logout_token", 400, "The logout token cannot be trusted", "Look at the provider's settings here and there; `detail` says which check failed."),
        new("unauthenticated", 401, "Sign in first", "Sign in at `/auth/sign-in`, or send `Authorization: Bearer` with a token from `/auth/token`."),
        new("invalid_credentials", 401, "User name or password is wrong", "Check both; after several wrong passwords the account is locked for a while."),
        new("challenge_ended", 401, "The sign-in has expired or is complete", "Begin again with the first factor."),
        new("passkey_refused", 401, "The passkey was not accepted", "Begin again, or sign in another way; an administrator finds the reason in the audit trail."),
        new("session_ended", 401, "The session has ended", "Sign in again."),
        new("forbidden", 403, "Not allowed", "Ask an administrator to do it or to give you the role."),
        new("cross_origin", 403, "The request comes from another site", "Open the console at its own address; a REST client leaves `Origin` out."),
        new("account_disabled", 403, "The account is disabled", "Ask an administrator to enable it."),
        new("provider_denied", 403, "Cancelled at the provider", "Begin again, or sign in another way."),
        new("provider_refused", 403, "The provider's answer cannot be trusted", "An administrator finds the reason in the audit trail."),
        new("not_admitted", 403, "Not among those who may come in", "Ask an administrator to look at the provider's allowed domains and groups."),
        new("password_expired", 403, "The directory wants a new password", "Change it in the directory, then sign in."),
        new("banned", 403, "You are kept out for a while", "Wait for the seconds in `Retry-After`, or ask an administrator."),
        new("password_change_required", 403, "Choose a new password first", "`POST /api/v1/me/password`."),
        new("password_sign_in_disabled", 403, "Local passwords are switched off", "Sign in at a provider or with a directory's password."),
        new("proof_required", 403, "Show again that it is you", "`POST /api/v1/me/proof` with what `by` names (`code` or `password`), or with a passkey where `passkey` is true, then repeat; with `sign-in`, sign in again."),
        new("session_required", 403, "An API token cannot do this", "Sign in and do it in that session."),
        new("insufficient_scope", 403, "The API token is not good for this", "Make a token with a scope that `detail` names."),
        new("service_account", 403, "Not for a service account", "Give it an API token: `POST /api/v1/tokens`."),
        new("passkey_not_alone", 403, "A passkey is the second factor only", "Sign in with the provider or the directory that vouches for the account."),
        new("second_factor_required", 403, "A second factor is needed", "`POST /auth/second-factor` with a code of your authenticator app; a REST client sends `challenge` along. With `mustEnrol` set one up first: `POST /auth/second-factor/enrolment`."),
        new("not_found", 404, "Not found", "Check the address; what belongs to somebody else is not found either."),
        new("unknown_provider", 404, "There is no such provider", "Look at the provider's name under Settings, and whether it is switched on."),
        new("registration_closed", 403, "Registration is closed", "Ask an administrator for an account, or for a new password."),
        new("link_invalid", 404, "The link does not work", "Ask for a new one: a link works once, and for a short time."),
        new("method_not_allowed", 405, "The method does not exist here", "Use one of the methods in the `Allow` header."),
        new("operation_in_progress", 409, "Another operation is under way", "Wait for `operation` to end, or cancel it."),
        new("conflict", 409, "The request clashes with the current state", "Read the current state and decide again."),
        new("busy", 409, "Others are changing it at this moment", "Try again."),
        new("user_name_taken", 409, "The user name is taken", "Choose another."),
        new("directory_refused", 409, "The directory refused", "Read `detail`; an administrator corrects the directory's settings, or rights there."),
        new("in_use", 409, "It is still used", "Take it out where `detail` says, then delete it."),
        new("count_changed", 409, "The number of desktops is another one", "`count` is what it is now: look at them again and repeat with the right number."),
        new("no_second_factor", 409, "No second factor is set up", "`POST /api/v1/me/second-factor/enrolment`."),
        new("second_factor_mandatory", 409, "A second factor is demanded", "Replace it instead: `POST /api/v1/me/second-factor/enrolment`."),
        new("passkeys_unavailable", 409, "No passkeys at this address", "An operator gives the installation a name by HTTPS with `CWS_PUBLICURL`."),
        new("too_many_passkeys", 409, "Too many passkeys", "Remove one that you no longer use."),
        new("last_admin", 409, "The last administrator must stay", "Make another account an administrator first."),
        new("settings_fixed", 409, "The operator has fixed these settings", "Change them in the operator's configuration, or take them out there."),
        new("desktop_not_running", 409, "The desktop is not running", "Start it and wait until its status is `running`."),
        new("confirmation_required", 409, "The change loses data", "Read `plan` and repeat with `confirmReplacement: true`."),
        new("nothing_to_retry", 409, "There is nothing to retry", "Only the last operation of a desktop can be retried, after it failed or was cancelled."),
        new("rotated_recently", 409, "Keys were rotated a moment ago", "Wait until tokens of the key before have expired."),
        new("token_used", 409, "The desktop token was used", "Ask for a new connection."),
        new("connection_ended", 410, "The connection must end", "Ask for a new connection."),
        new("stale", 412, "Somebody changed it in the meantime", "Read it again and repeat with the new ETag."),
        new("body_too_large", 413, "The body is too large", "Send at most 64 KB."),
        new("unsupported_media_type", 415, "The body must be JSON", "Send `Content-Type: application/json` in UTF-8."),
        new("invalid", 422, "Some fields need attention", "Correct what `errors` names."),
        new("owner_not_entitled", 422, "The new owner may not have such a desktop", "Give them an entitlement to its template under Access rules, or choose somebody else."),
        new("proof_refused", 422, "The proof of work is not good", "Get a new challenge from `POST /auth/challenges` and do its work."),
        new("passkey_not_taken", 422, "The passkey was not accepted", "Begin again with new options."),
        new("invalid_code", 422, "The code is wrong", "Enter the present code of the authenticator app, or a recovery code; after several wrong ones codes are refused for a while."),
        new("code_used", 422, "The code was used already", "Wait for the next one."),
        new("template_not_found", 422, "There is no such template", "Choose one of `GET /api/v1/templates`."),
        new("template_broken", 422, "The template has problems", "An administrator sees and corrects them under Templates."),
        new("idempotency_key_reused", 422, "The Idempotency-Key was used for another request", "Use a new key for a new request."),
        new("quota_exceeded", 429, "The quota is used up", "Delete a desktop of this template, or ask an administrator for more."),
        new("rate_limited", 429, "Too many requests", "Wait for the seconds in `Retry-After`."),
        new("locked_out", 429, "The account is locked for a while", "Wait for the seconds in `Retry-After`, or ask an administrator."),
        new("internal", 500, "Something went wrong on our side", "Try again; give an administrator the `traceId`."),
        new("unavailable", 503, "A part that is needed does not answer", "Try again in a moment; an administrator looks at `/health/ready`."),
        new("provider_unavailable", 503, "The provider does not answer as it should", "Read `detail`; try again in a moment."),
        new("plan_failed", 503, "Terraform could not compute the plan", "Read `detail`; an administrator corrects the template."),
        new("cloud_refused", 503, "The cloud refused what was asked of it", "Read `detail`; an administrator corrects the platform's role, credentials or limits."),
        new("directory_unavailable", 503, "A directory does not answer", "Try again in a few minutes; an administrator sees which one and why under Settings, Directories."),
        new("mail_not_sent", 503, "The mail server did not take the mail", "Read `detail`; correct the mail settings."),
        new("recording_unavailable", 503, "The desktop cannot be recorded", "It may only be used while it is recorded: an administrator reads `detail` and makes room for recordings."),
        new("desktop_unreachable", 503, "The desktop does not answer", "Repair it: `PATCH` with `state: running`."),
        new("storage_full", 507, "The disk is full", "An administrator frees space in the data directory; nothing was lost or half written."),
    ];

    private static readonly FrozenDictionary<string, ProblemCode> ByCode = All.ToFrozenDictionary(c => c.Code, StringComparer.Ordinal);

    public static ProblemCode? Find(string code) => ByCode.GetValueOrDefault(code);
}
