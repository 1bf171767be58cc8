using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Tokens;
using CloudWorkstation.Tokens.Issuers;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <inheritdoc />
internal sealed class ProviderSignOut(
    ProviderCatalogue catalogue,
    ProviderDirectory directory,
    ProviderTokens tokens,
    OutsideSessions outsides,
    SessionDocuments sessions,
    IAuditLog audit,
    SecretSeal seal,
    TimeProvider time) : IProviderSignOut
{
    private const string Purpose = "provider-sign-out";
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";
    private static readonly TimeSpan FarewellLifetime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OldestLogoutToken = TimeSpan.FromMinutes(5);

    public async Task<ProviderFarewell?> FarewellAsync(string sessionId, CancellationToken cancellationToken)
    {
        if ((await sessions.GetAsync(sessionId, cancellationToken))?.Value.Outside is not { } outside
            || await OfAsync(outside, cancellationToken) is not { } provider
            || await EndSessionAsync(provider, cancellationToken) is null)
        {
            return null;
        }

        var until = time.GetUtcNow() + FarewellLifetime;
        var proof = seal.Seal(Purpose, provider.Name, string.Create(CultureInfo.InvariantCulture, $"{sessionId} {until.ToUnixTimeSeconds()}"));
        return new ProviderFarewell(provider.Name, proof, until);
    }

    public async Task<Uri?> AddressAsync(string provider, string? farewell, CancellationToken cancellationToken)
    {
        if (await catalogue.FindAsync(provider, cancellationToken) is not { } settings
            || Open(provider, farewell) is not { } sessionId
            || (await sessions.GetAsync(sessionId, cancellationToken))?.Value.Outside is not { } outside || outside.Source != settings.Source
            || await EndSessionAsync(settings, cancellationToken) is not { } address)
        {
            return null;
        }

        var hint = outside.IdToken is { } token ? "&id_token_hint=" + Uri.EscapeDataString(seal.Open(OutsideSessions.Purpose, outside.Source, token)) : "";
        var query = $"client_id={Uri.EscapeDataString(settings.ClientId)}&post_logout_redirect_uri={Uri.EscapeDataString(catalogue.SignedOutUri)}{hint}";
        var builder = new UriBuilder(address);
        builder.Query = builder.Query.Length > 1 ? $"{builder.Query[1..]}&{query}" : query;
        return builder.Uri;
    }

    public async Task<Outcome<bool>> BackChannelAsync(string provider, string? logoutToken, string? address, CancellationToken cancellationToken)
    {
        if (await catalogue.FindAsync(provider, cancellationToken) is not { Kind: ProviderKind.Oidc } settings)
        {
            return ProviderProblems.Unknown;
        }

        var outcome = await EndAsync(settings, logoutToken, address, cancellationToken);
        if (outcome.Problem is { } problem)
        {
            var stranger = new Actor("anonymous", settings.Source, [], [], null, address);
            await audit.RecordAsync(stranger, AuditActions.SessionEnd, "session/unknown", "refused", $"{settings.Source}: {problem.Detail}", cancellationToken);
        }

        return outcome;
    }

    private async Task<Outcome<bool>> EndAsync(ProviderSettings provider, string? logoutToken, string? address, CancellationToken cancellationToken)
    {
        var metadata = await directory.MetadataAsync(provider, cancellationToken);
        if (metadata.Problem is { } silent)
        {
            return silent;
        }

        // Keycloak of old writes no exp and no type; the events claim and its age say what the token is.
        var rules = new IssuerRules(metadata.Value.Issuer, provider.ClientId) { Types = ["logout+jwt", "JWT"], MayLackExpiry = true, MaximumAge = OldestLogoutToken };
        var verified = await tokens.VerifyAsync(metadata.Value, logoutToken ?? "", rules, cancellationToken);
        if (verified.Problem is { } problem)
        {
            return problem;
        }

        var claims = verified.Value;
        var subject = Jwt.Text(claims, "sub", out var sub) && sub.Length > 0 ? sub : null;
        var session = Jwt.Text(claims, "sid", out var sid) && sid.Length > 0 ? sid : null;
        if (!IsLogout(claims) || (subject is null && session is null) || !Jwt.Text(claims, "jti", out var id) || id.Length == 0)
        {
            return ProviderProblems.Refused("it is no logout token.");
        }

        if (await outsides.IsUsedAsync(provider.Source, id, cancellationToken))
        {
            return ProviderProblems.Refused("the logout token was used before.");
        }

        // Ended first: a provider that repeats what failed half-way must be heard.
        await outsides.EndAsync(provider, subject, session, address, cancellationToken);
        await outsides.UseAsync(provider.Source, id, time.GetUtcNow() + OldestLogoutToken + IssuerToken.ClockSkew + IssuerToken.ClockSkew, cancellationToken);
        return true;
    }

    private static bool IsLogout(JsonElement claims) =>
        claims.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Object
        && events.TryGetProperty(LogoutEvent, out var logout) && logout.ValueKind == JsonValueKind.Object
        && !claims.TryGetProperty("nonce", out _);

    private async Task<ProviderSettings?> OfAsync(OutsideSession outside, CancellationToken cancellationToken) =>
        (await catalogue.EnabledAsync(cancellationToken)).FirstOrDefault(p => p.Source == outside.Source && p.SignOutAtProvider);

    private async Task<Uri?> EndSessionAsync(ProviderSettings provider, CancellationToken cancellationToken)
    {
        var metadata = await directory.MetadataAsync(provider, cancellationToken);
        return metadata.Succeeded ? metadata.Value.EndSession : null;
    }

    private string? Open(string provider, string? farewell)
    {
        try
        {
            var parts = farewell is { Length: > 0 and <= 1024 } ? seal.Open(Purpose, provider, farewell).Split(' ') : [];
            return parts.Length == 2 && time.GetUtcNow().ToUnixTimeSeconds() <= long.Parse(parts[1], CultureInfo.InvariantCulture) ? parts[0] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
