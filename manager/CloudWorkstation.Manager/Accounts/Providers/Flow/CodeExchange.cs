using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>What a provider's token endpoint gave for a code.</summary>
internal sealed record GivenTokens(string AccessToken, string? IdToken);

/// <summary>Asks a provider for tokens and for what it knows about their owner.</summary>
internal sealed class CodeExchange(ProviderHttp http, ProviderCatalogue catalogue)
{
    public async Task<Outcome<GivenTokens>> RedeemAsync(ProviderSettings provider, ProviderMetadata metadata, string code, SignInTrip trip, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = catalogue.RedirectUri(provider.Name),
            ["code_verifier"] = trip.Verifier,
        };
        var basic = Authenticate(provider, metadata, form);
        var answer = await http.PostAsync(metadata.Token, form, basic, cancellationToken);
        return answer.Problem is { } problem ? problem : Read(provider, answer.Value);
    }

    public async Task<Outcome<JsonElement>> UserInfoAsync(ProviderSettings provider, Uri address, string accessToken, CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(provider.Kind == ProviderKind.Facebook ? WithProof(address, provider, accessToken) : address, accessToken, cancellationToken);
        return answer.Problem is { } problem ? problem
            : !answer.Value.IsGood ? ProviderProblems.Unavailable($"{address.GetLeftPart(UriPartial.Path)} answered {(int)answer.Value.Status}.")
            : answer.Value.Json;
    }

    /// <summary>The client's secret as the provider wants it (RFC 6749 section 2.3.1): in a header, which is returned, or in the form.</summary>
    private static string? Authenticate(ProviderSettings provider, ProviderMetadata metadata, Dictionary<string, string> form)
    {
        if (provider.ClientSecret is { } secret && !metadata.SecretInForm)
        {
            return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{FormEncode(provider.ClientId)}:{FormEncode(secret.Reveal())}"));
        }

        form["client_id"] = provider.ClientId;
        if (provider.ClientSecret is { } inForm)
        {
            form["client_secret"] = inForm.Reveal();
        }

        return null;
    }

    private static string FormEncode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static Outcome<GivenTokens> Read(ProviderSettings provider, ProviderAnswer answer)
    {
        // GitHub says 200 to a wrong code, with the error inside.
        if (!answer.IsGood || Jwt.Text(answer.Json, "error", out _))
        {
            return ProviderProblems.Refused($"it did not take the code ({(Jwt.Text(answer.Json, "error", out var error) ? Word(error) : (int)answer.Status)}).");
        }

        if (!Jwt.Text(answer.Json, "access_token", out var access) || !Jwt.Text(answer.Json, "token_type", out var type) || !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return ProviderProblems.Refused("it gave no access token.");
        }

        var id = Jwt.Text(answer.Json, "id_token", out var token) ? token : null;
        return id is null && provider.Kind == ProviderKind.Oidc ? ProviderProblems.Refused("it gave no ID token.") : new GivenTokens(access, id);
    }

    /// <summary>Errors of OAuth are words; whatever else stands there is nobody's to read.</summary>
    private static string Word(string error) => error.Length <= 64 && error.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? error : "an error";

    private static Uri WithProof(Uri address, ProviderSettings provider, string accessToken)
    {
        var proof = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(provider.ClientSecret!.Reveal()), Encoding.UTF8.GetBytes(accessToken)));
        var builder = new UriBuilder(address);
        builder.Query = $"{builder.Query.TrimStart('?')}&fields=id,name,email&appsecret_proof={proof}".TrimStart('&');
        return builder.Uri;
    }
}
