using System.Net;

namespace CloudWorkstation.Manager;

/// <summary>A setting that lists networks, comma-separated.</summary>
public static class NetworkList
{
    /// <summary>Null when a part of the text is no network.</summary>
    public static IReadOnlyList<IPNetwork>? Of(string? text)
    {
        List<IPNetwork> networks = [];
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IPNetwork.TryParse(part, out var network))
            {
                return null;
            }

            networks.Add(network);
        }

        return networks;
    }
}
