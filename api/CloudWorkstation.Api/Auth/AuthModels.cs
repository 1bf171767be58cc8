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

/// <summary>Who has signed in; <c>GET /api/v1/me</c> tells more.</summary>
public sealed record SignedInAccount(string Id, string UserName, string? DisplayName, IReadOnlyList<string> Roles, IReadOnlyList<string> Groups, bool MustChangePassword)
{
    public static SignedInAccount From(Account account) =>
        new(account.Id, account.UserName, account.DisplayName, account.Roles, account.Groups, account.MustChangePassword);
}

public sealed record SignInAnswer(SignedInAccount Account, DateTimeOffset SessionExpiresAt);

public sealed record RefreshAnswer(DateTimeOffset SessionExpiresAt);

/// <summary>Tokens for a REST client.</summary>
/// <param name="AccessToken">For the header <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="RefreshToken">For the next call; each one works once.</param>
public sealed record TokenAnswer(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);
