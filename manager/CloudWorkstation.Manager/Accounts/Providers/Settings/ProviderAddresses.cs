using System.Net;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>Which addresses secrets and tokens may travel to: encrypted ones, and this very machine's for development.</summary>
internal static class ProviderAddresses
{
    public static bool IsAllowed(string? text) => Read(text) is not null;

    /// <summary>Null when nothing may be sent there.</summary>
    public static Uri? Read(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && IsThisMachine(address)))
            ? address
            : null;

    private static bool IsThisMachine(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
