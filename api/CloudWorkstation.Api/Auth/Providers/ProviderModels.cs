using System.Text.Json.Serialization;

namespace CloudWorkstation.Api.Auth.Providers;

/// <summary>What the sign-in page offers.</summary>
public sealed record SignInOffers
{
    /// <value>Whether the form for user name and password is there.</value>
    public required bool Password { get; init; }

    /// <value>Whether people who have a passkey can sign in with it here.</value>
    public required bool Passkeys { get; init; }

    /// <value>Whether people may register themselves.</value>
    public required bool Registration { get; init; }

    /// <value>Whether a forgotten password can be replaced by a mail.</value>
    public required bool PasswordReset { get; init; }

    /// <value>Whether the product waits to be set up.</value>
    public required bool Setup { get; init; }

    public required IReadOnlyList<ProviderOffer> Providers { get; init; }
}

/// <param name="Name">Its name.</param>
/// <param name="Title">What its button says.</param>
/// <param name="Url">Where the button leads; takes <c>?return=</c>.</param>
public sealed record ProviderOffer(string Name, string Title, string Url);

/// <summary>The session has ended here; at the provider it has not.</summary>
/// <param name="ContinueAt">Where the browser goes to sign out there, too.</param>
public sealed record SignedOutAnswer(string ContinueAt);

/// <summary>RFC 8693 section 2.1, form-encoded.</summary>
public sealed record TokenExchangeForm
{
    /// <value>Always <c>urn:ietf:params:oauth:grant-type:token-exchange</c>.</value>
    [JsonPropertyName("grant_type")]
    public required string GrantType { get; init; }

    /// <value>The provider's token.</value>
    [JsonPropertyName("subject_token")]
    public required string SubjectToken { get; init; }

    /// <value><c>urn:ietf:params:oauth:token-type:id_token</c>, <c>…:access_token</c> or <c>…:jwt</c> (an access token).</value>
    [JsonPropertyName("subject_token_type")]
    public required string SubjectTokenType { get; init; }

    /// <value><c>urn:ietf:params:oauth:token-type:access_token</c> when it is there.</value>
    [JsonPropertyName("requested_token_type")]
    public string? RequestedTokenType { get; init; }
}

/// <summary>RFC 8693 section 2.2.1.</summary>
/// <param name="AccessToken">For the header <c>Authorization: Bearer</c>.</param>
/// <param name="IssuedTokenType">Always <c>urn:ietf:params:oauth:token-type:access_token</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="RefreshToken">For <c>POST /auth/token</c>; each one works once.</param>
public sealed record TokenExchangeAnswer(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("issued_token_type")] string IssuedTokenType,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string RefreshToken);

/// <summary>OpenID Connect Back-Channel Logout 1.0 section 2.5, form-encoded.</summary>
public sealed record BackChannelLogoutForm
{
    [JsonPropertyName("logout_token")]
    public required string LogoutToken { get; init; }
}

public sealed record TestProviderRequest
{
    /// <value>As the provider writes it.</value>
    public required string Issuer { get; init; }
}
