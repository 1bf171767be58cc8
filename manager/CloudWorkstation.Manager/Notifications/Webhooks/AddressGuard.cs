using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>
/// Which addresses a webhook may reach. Asked with the very address that is then connected to, so a name that resolves to something else
/// the second time gains nothing.
/// </summary>
/// <param name="allowed">Networks that the operator opened.</param>
internal sealed class AddressGuard(IReadOnlyList<IPNetwork> allowed)
{
    // What IANA's registries of special-purpose addresses list, less what is reachable from everywhere.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    // Everything else of IPv6 is loopback, link-local, unique-local, multicast, a translation of IPv4, or not in use.
    private static readonly IPNetwork Unicast = IPNetwork.Parse("2000::/3");

    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // A zone names an interface of this machine.
            plain = new IPAddress(plain.GetAddressBytes());
        }

        return allowed.Any(n => n.Contains(plain)) || (IsUnicast(plain) && !Special.Any(n => n.Contains(plain)));
    }

    private static bool IsUnicast(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => true,
        AddressFamily.InterNetworkV6 => Unicast.Contains(address),
        _ => false,
    };
}
