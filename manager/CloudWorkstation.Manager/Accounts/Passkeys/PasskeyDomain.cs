using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

/// <summary>
/// For which domain passkeys are made (WebAuthn's RP id) and from which origin they may be used: the public address's. Browsers make none for an
/// IP address, and none on a page that came over plain HTTP from anywhere but this machine.
/// </summary>
internal sealed class PasskeyDomain
{
    public PasskeyDomain(IConfiguration configuration)
    {
        var address = new Uri(configuration["PublicUrl"] is { Length: > 0 } url ? url : "http://127.0.0.1:8080");
        Origin = address.GetLeftPart(UriPartial.Authority);
        Host = address.IdnHost;
        Availability = Judge(address) is { } reason ? new PasskeyAvailability(false, null, reason) : new PasskeyAvailability(true, Host, null);
    }

    public string Origin { get; }

    public string Host { get; }

    public PasskeyAvailability Availability { get; }

    private static string? Judge(Uri address) =>
        address.HostNameType != UriHostNameType.Dns
            ? $"Passkeys belong to a domain name, and this installation's address ({address.Authority}) is an IP address. An operator gives it a name with CWS_PUBLICURL; on one machine http://localhost:{address.Port} works."
            : address.Scheme != Uri.UriSchemeHttps && !IsThisMachine(address.IdnHost)
                ? $"Browsers use passkeys on HTTPS pages only, and this installation's address is {address.GetLeftPart(UriPartial.Authority)}. An operator sets up HTTPS and CWS_PUBLICURL."
                : null;

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
