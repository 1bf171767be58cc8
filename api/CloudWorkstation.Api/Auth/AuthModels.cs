using CloudWorkstation.Api.Accounts;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Auth;

public sealed record SignInRequest
{
    public required string UserName { get; init; }

    public required string Password { get; init; }
}

/// <summary>Either user name and password, or the refresh token of the answer before.</summary>
public sealed record TokenRequest
{
    public string? UserName { get; init; }

    public string? Password { get; init; }

    public string? RefreshToken { get; init; }
}

public sealed record SignInAnswer(Me Account, DateTimeOffset SessionExpiresAt);

public sealed record RefreshAnswer(DateTimeOffset SessionExpiresAt);

/// <summary>Tokens for a REST client.</summary>
/// <param name="AccessToken">For the header <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="RefreshToken">For the next call; each one works once.</param>
public sealed record TokenAnswer(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken)
{
    internal static TokenAnswer From(SignedIn session, DateTimeOffset now) =>
        new(session.SessionToken, "Bearer", Math.Max(0, (int)(session.SessionTokenExpiresAt - now).TotalSeconds), session.RefreshToken);
}
