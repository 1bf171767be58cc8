using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>What a provider speaks.</summary>
public enum ProviderKind
{
    /// <summary>OpenID Connect with discovery.</summary>
    Oidc,

    /// <summary>OAuth 2 as GitHub does it.</summary>
    Github,

    /// <summary>OAuth 2 as Facebook does it.</summary>
    Facebook,
}

/// <summary>Section <c>providers</c>: who else may say who somebody is.</summary>
public sealed record ProvidersSettings
{
    public IReadOnlyList<ProviderSettings> Providers { get; init; } = [];

    public static IReadOnlyList<FieldError> Check(ProvidersSettings value) => ProviderChecks.Check(value);
}

/// <summary>One provider.</summary>
public sealed record ProviderSettings
{
    /// <value>Lower-case letters, digits and hyphens; part of the redirect URI, and of every account that it vouches for: it is never renamed.</value>
    public string Name { get; init; } = "";

    /// <value>What the button on the sign-in page says; null for the name.</value>
    public string? Title { get; init; }

    /// <value>The default value is <see cref="ProviderKind.Oidc"/>.</value>
    public ProviderKind Kind { get; init; }

    /// <value>Whether people may sign in with it. The default value is <see langword="true"/>.</value>
    public bool Enabled { get; init; } = true;

    /// <value>OpenID Connect: the issuer exactly as the provider writes it; its discovery document is below it.</value>
    public string? Issuer { get; init; }

    /// <value>
    /// OpenID Connect: the issuers that this very provider had before it moved. Its people keep their accounts; those of any other issuer under the same
    /// name are strangers.
    /// </value>
    public IReadOnlyList<string> FormerIssuers { get; init; } = [];

    /// <value>What the provider calls this installation.</value>
    public string ClientId { get; init; } = "";

    /// <value>Null for a public client, which has PKCE alone.</value>
    [SentTo(nameof(Kind), nameof(Issuer), nameof(TokenEndpoint))]
    public Secret? ClientSecret { get; init; }

    /// <value>What is asked for; empty for what the kind usually needs: <c>openid profile email</c>.</value>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <value>Where in the provider's answer things are.</value>
    public ProviderClaims Claims { get; init; } = new();

    /// <value>Roles of a new account; empty for <c>user</c>.</value>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <value>Only people with a verified e-mail address in one of these domains may come in; empty for everybody.</value>
    public IReadOnlyList<string> AllowedDomains { get; init; } = [];

    /// <value>Only people in one of these groups may come in; empty for everybody.</value>
    public IReadOnlyList<string> AllowedGroups { get; init; } = [];

    /// <value>
    /// Written before each group's name, so that a group of this provider is never taken for one of another; null for none, at GitHub <c>github:</c>,
    /// where anybody can make an organisation of any name.
    /// </value>
    public string? GroupPrefix { get; init; }

    /// <value>Whether signing out here signs out there, too. The default value is <see langword="true"/>.</value>
    public bool SignOutAtProvider { get; init; } = true;

    /// <value>Whether REST clients may exchange the provider's tokens for ours. The default value is <see langword="false"/>.</value>
    public bool TokenExchange { get; init; }

    /// <value>The audience that an access token must have to be exchanged; null for the client id.</value>
    public string? ExchangeAudience { get; init; }

    /// <value>Further clients of the provider whose access tokens are exchanged: what REST clients are registered as.</value>
    public IReadOnlyList<string> ExchangeClients { get; init; } = [];

    /// <value>Instead of the kind's own address, for GitHub Enterprise Server and tests; OpenID Connect finds its own.</value>
    public string? AuthorizationEndpoint { get; init; }

    /// <value>As <see cref="AuthorizationEndpoint"/>.</value>
    public string? TokenEndpoint { get; init; }

    /// <value>As <see cref="AuthorizationEndpoint"/>; GitHub's addresses and organisations are asked for below it.</value>
    public string? UserInfoEndpoint { get; init; }

    /// <value>How accounts know it.</value>
    [JsonIgnore]
    public string Source => "oidc:" + Name;

    /// <value>Who stands behind it: the issuer, or whose OAuth 2 it speaks and where.</value>
    [JsonIgnore]
    public string Authority => Kind switch
    {
        ProviderKind.Github => string.IsNullOrEmpty(UserInfoEndpoint) ? "github" : UserInfoEndpoint,
        ProviderKind.Facebook => string.IsNullOrEmpty(UserInfoEndpoint) ? "facebook" : UserInfoEndpoint,
        _ => Issuer ?? "",
    };

    /// <summary>A group of the provider's as our access rules name it.</summary>
    public string Group(string theirs) => (GroupPrefix ?? (Kind == ProviderKind.Github ? "github:" : "")) + theirs;

    [JsonIgnore]
    public string Label => string.IsNullOrWhiteSpace(Title) ? Name : Title;
}

/// <summary>Names of claims; a name with dots that is no claim itself leads into objects (<c>realm_access.roles</c>).</summary>
public sealed record ProviderClaims
{
    /// <value>The default value is <c>preferred_username</c>.</value>
    public string UserName { get; init; } = "preferred_username";

    /// <value>The default value is <c>name</c>.</value>
    public string DisplayName { get; init; } = "name";

    /// <value>The default value is <c>email</c>.</value>
    public string Email { get; init; } = "email";

    /// <value>A list, or a text with commas. The default value is <c>groups</c>.</value>
    public string Groups { get; init; } = "groups";
}
