using System.Text.Json;
using CloudWorkstation.Tokens;
using CloudWorkstation.Tokens.Issuers;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>Verifies a provider's tokens with its keys of today.</summary>
internal sealed class ProviderTokens(ProviderDirectory directory, TimeProvider time)
{
    private static readonly TimeSpan OldestIdToken = TimeSpan.FromMinutes(10);

    /// <summary>An ID token that answers this very request (OpenID Connect Core section 3.1.3.7).</summary>
    public async Task<Outcome<JsonElement>> IdTokenAsync(ProviderSettings provider, ProviderMetadata metadata, string token, string nonce, CancellationToken cancellationToken)
    {
        var rules = new IssuerRules(metadata.Issuer, provider.ClientId) { MaximumAge = OldestIdToken };
        var outcome = await VerifyAsync(metadata, token, rules, cancellationToken);
        return outcome.Problem is { } problem ? problem
            : !Jwt.Text(outcome.Value, "nonce", out var named) || !string.Equals(named, nonce, StringComparison.Ordinal) ? ProviderProblems.Refused("the ID token answers another sign-in (nonce).")
            : CheckIdToken(provider, outcome.Value);
    }

    /// <summary>An ID token that a REST client brings: there was no request of ours that it could answer.</summary>
    public async Task<Outcome<JsonElement>> BroughtIdTokenAsync(ProviderSettings provider, ProviderMetadata metadata, string token, CancellationToken cancellationToken)
    {
        var outcome = await VerifyAsync(metadata, token, new IssuerRules(metadata.Issuer, provider.ClientId), cancellationToken);
        return outcome.Problem is { } problem ? problem : CheckIdToken(provider, outcome.Value);
    }

    /// <summary>An access token for us, given to a client that is named in the settings (RFC 9068 section 4).</summary>
    public async Task<Outcome<JsonElement>> AccessTokenAsync(ProviderSettings provider, ProviderMetadata metadata, string token, CancellationToken cancellationToken)
    {
        var audience = string.IsNullOrEmpty(provider.ExchangeAudience) ? provider.ClientId : provider.ExchangeAudience;
        var outcome = await VerifyAsync(metadata, token, new IssuerRules(metadata.Issuer, audience) { Types = ["at+jwt", "JWT"] }, cancellationToken);
        if (outcome.Problem is { } problem)
        {
            return problem;
        }

        var claims = outcome.Value;
        var client = Jwt.Text(claims, "client_id", out var id) || Jwt.Text(claims, "azp", out id) ? id : null;
        return client is null || (client != provider.ClientId && !provider.ExchangeClients.Contains(client, StringComparer.Ordinal))
                ? ProviderProblems.Refused("the access token was given to a client that is not named in the settings.")
            : claims.TryGetProperty("nonce", out _) || claims.TryGetProperty("events", out _) ? ProviderProblems.Refused("it is no access token.")
            : HasSubject(claims);
    }

    public async Task<Outcome<JsonElement>> VerifyAsync(ProviderMetadata metadata, string token, IssuerRules rules, CancellationToken cancellationToken)
    {
        var keys = await directory.KeysAsync(metadata, cancellationToken);
        if (keys.Problem is { } problem)
        {
            return problem;
        }

        var failure = IssuerToken.Verify(token, keys.Value, rules, time.GetUtcNow(), out var claims);
        if (failure == TokenFailure.UnknownKey)
        {
            keys = await directory.KeysAgainAsync(metadata, cancellationToken);
            failure = keys.Succeeded ? IssuerToken.Verify(token, keys.Value, rules, time.GetUtcNow(), out claims) : failure;
        }

        return failure == TokenFailure.None ? claims : ProviderProblems.Refused(Words(failure));
    }

    private static Outcome<JsonElement> CheckIdToken(ProviderSettings provider, JsonElement claims)
    {
        var parties = Jwt.Texts(claims, "aud").Count;
        var named = claims.TryGetProperty("azp", out _);
        return (parties > 1 && !named) || (named && (!Jwt.Text(claims, "azp", out var party) || party != provider.ClientId))
            ? ProviderProblems.Refused("the ID token was issued to another application (azp).")
            : HasSubject(claims);
    }

    private static Outcome<JsonElement> HasSubject(JsonElement claims) =>
        Jwt.Text(claims, "sub", out var subject) && subject.Length > 0 ? claims : ProviderProblems.Refused("the token does not say whom it is about (sub).");

    private static string Words(TokenFailure failure) => failure switch
    {
        TokenFailure.Issuer => "the token comes from another issuer.",
        TokenFailure.Audience => "the token is meant for another application.",
        TokenFailure.Expired => "the token has expired.",
        TokenFailure.NotYetValid => "the token is not valid yet; compare the clocks.",
        TokenFailure.UnknownKey => "the token is signed with a key that the provider does not publish.",
        TokenFailure.Signature => "the token's signature is wrong.",
        TokenFailure.Algorithm => "the token is not signed with RS256 or ES256, or not as its key says.",
        TokenFailure.Type => "the token is of another type.",
        TokenFailure.MissingClaim => "the token lacks a claim that it must have.",
        _ => "the token is malformed.",
    };
}
