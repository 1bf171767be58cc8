using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Auth.Providers;

/// <summary>
/// What a browser carries while it is at a provider. Each goes to one provider's address alone. Lax and not Strict: the provider's page is another
/// site, and it is the one that sends the browser back.
/// </summary>
internal static class ProviderCookies
{
    public const string Trip = "cws_trip";
    public const string Farewell = "cws_farewell";

    public static void Set(HttpResponse response, string provider, ProviderDeparture departure) =>
        response.Cookies.Append(Trip, departure.Trip, Options(TripPath(provider), departure.ExpiresAt));

    public static void Set(HttpResponse response, ProviderFarewell farewell) =>
        response.Cookies.Append(Farewell, farewell.Proof, Options(FarewellPath(farewell.Provider), farewell.ExpiresAt));

    public static void ClearTrip(HttpResponse response, string provider) => Clear(response, Trip, provider, TripPath(provider));

    public static void ClearFarewell(HttpResponse response, string provider) => Clear(response, Farewell, provider, FarewellPath(provider));

    public static string FarewellPath(string provider) => $"/auth/oidc/{provider}/sign-out";

    private static string TripPath(string provider) => $"/auth/oidc/{provider}/callback";

    /// <summary>The name comes out of an address that anybody can write; what no provider can be called was never set.</summary>
    private static void Clear(HttpResponse response, string cookie, string provider, string path)
    {
        if (provider.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            response.Cookies.Delete(cookie, Options(path, null));
        }
    }

    private static CookieOptions Options(string path, DateTimeOffset? expires) =>
        new() { Path = path, HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Expires = expires };
}
