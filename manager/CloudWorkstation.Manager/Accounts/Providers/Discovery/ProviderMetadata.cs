using System.Text.Json;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>Where a provider is asked for what, and what it can do.</summary>
internal sealed record ProviderMetadata
{
    public required Uri Authorization { get; init; }

    public required Uri Token { get; init; }

    public Uri? UserInfo { get; init; }

    public Uri? EndSession { get; init; }

    /// <value>Null where there are no tokens to verify.</value>
    public Uri? Keys { get; init; }

    public string Issuer { get; init; } = "";

    /// <value>RFC 9207: every answer must say who it comes from.</value>
    public bool SaysIssuer { get; init; }

    /// <value>Whether the client's secret travels in the form instead of a header.</value>
    public bool SecretInForm { get; init; }

    public IReadOnlyList<string> Algorithms { get; init; } = [];

    public bool BackChannelLogout { get; init; }

    public static Uri DiscoveryOf(string issuer) => new(issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <summary>The discovery document, believed only when it is the issuer's own and leads nowhere unencrypted.</summary>
    public static Outcome<ProviderMetadata> Read(string issuer, JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return ProviderProblems.Unavailable("its discovery document is no JSON object.");
        }

        if (!Jwt.Text(document, "issuer", out var named) || !string.Equals(named, issuer, StringComparison.Ordinal))
        {
            return ProviderProblems.Unavailable($"its discovery document says that its issuer is '{Shorten(named)}' and not '{issuer}'. Write the issuer exactly so.");
        }

        if (Address(document, "authorization_endpoint") is not { } authorization || Address(document, "token_endpoint") is not { } token || Address(document, "jwks_uri") is not { } keys)
        {
            return ProviderProblems.Unavailable("its discovery document lacks an authorization_endpoint, token_endpoint or jwks_uri that is encrypted.");
        }

        var methods = Jwt.Texts(document, "token_endpoint_auth_methods_supported");
        return new ProviderMetadata
        {
            Issuer = issuer,
            Authorization = authorization,
            Token = token,
            Keys = keys,
            UserInfo = Address(document, "userinfo_endpoint"),
            EndSession = Address(document, "end_session_endpoint"),
            SaysIssuer = Is(document, "authorization_response_iss_parameter_supported"),
            SecretInForm = methods.Contains("client_secret_post", StringComparer.Ordinal) && !methods.Contains("client_secret_basic", StringComparer.Ordinal),
            Algorithms = Jwt.Texts(document, "id_token_signing_alg_values_supported"),
            BackChannelLogout = Is(document, "backchannel_logout_supported"),
        };
    }

    /// <summary>GitHub and Facebook publish no such document; theirs is known.</summary>
    public static ProviderMetadata OfKind(ProviderSettings provider)
    {
        var (authorization, token, user) = provider.Kind == ProviderKind.Github
            ? ("https://github.com/login/oauth/authorize", "https://github.com/login/oauth/access_token", "https://api.github.com/user")
            : ("https://www.facebook.com/dialog/oauth", "https://graph.facebook.com/oauth/access_token", "https://graph.facebook.com/me");
        return new ProviderMetadata
        {
            Authorization = new Uri(Chosen(provider.AuthorizationEndpoint, authorization)),
            Token = new Uri(Chosen(provider.TokenEndpoint, token)),
            UserInfo = new Uri(Chosen(provider.UserInfoEndpoint, user)),
            SecretInForm = true,
        };
    }

    private static string Chosen(string? own, string usual) => string.IsNullOrEmpty(own) ? usual : own;

    private static Uri? Address(JsonElement document, string member) => Jwt.Text(document, member, out var text) ? ProviderAddresses.Read(text) : null;

    private static bool Is(JsonElement document, string member) => document.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.True;

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
