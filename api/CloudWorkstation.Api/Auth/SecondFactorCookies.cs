using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Auth;

/// <summary>How a browser carries the word that its first factor was right to where it brings the second. Scripts cannot read it.</summary>
internal static class SecondFactorCookies
{
    public const string Name = "cws_challenge";

    private const string CookiePath = "/auth";

    public static void Set(HttpResponse response, SecondFactorChallenge challenge) =>
        response.Cookies.Append(Name, challenge.Token, Options(challenge.ExpiresAt));

    public static string? Read(HttpRequest request) => request.Cookies[Name] is { Length: > 0 } token ? token : null;

    public static void Clear(HttpResponse response) => response.Cookies.Delete(Name, Options(null));

    /// <summary>The page that asks for the second factor; afterwards it goes on to <paramref name="destination"/>, a page of this console.</summary>
    public static string Page(string destination) => "/sign-in/second-factor?return=" + Uri.EscapeDataString(destination);

    private static CookieOptions Options(DateTimeOffset? expires) =>
        new() { Path = CookiePath, HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Expires = expires };
}

/// <summary>What a client is told whose first factor was right and not enough.</summary>
internal static class SecondFactorAnswers
{
    /// <summary>For browsers, which carry the challenge as a cookie that their pages cannot read.</summary>
    public static HttpProblem ForBrowser(HttpResponse response, SecondFactorChallenge challenge)
    {
        SecondFactorCookies.Set(response, challenge);
        return Of(challenge);
    }

    /// <summary>For REST clients, which send the challenge back in a body.</summary>
    public static HttpProblem ForClient(SecondFactorChallenge challenge) => Of(challenge, KeyValuePair.Create("challenge", challenge.Token));

    private static HttpProblem Of(SecondFactorChallenge challenge, params KeyValuePair<string, string>[] more) => HttpProblem.Of("second_factor_required") with
    {
        Extensions = new Dictionary<string, string>(more, StringComparer.Ordinal) { ["mustEnrol"] = challenge.MustEnrol ? "true" : "false" },
    };
}
