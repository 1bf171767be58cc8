using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Registration.Proofs;

/// <summary>How much each address has asked for of late, which decides how hard its next challenge is. Kept by each process for itself.</summary>
internal sealed class ProofRates(IOptions<RegistrationOptions> options, TimeProvider time)
{
    /// <summary>The hardest work is 256 times the easiest.</summary>
    public const int Range = 8;

    private const int Easy = 8;
    private const int MostAddresses = 100_000;
    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (double Count, DateTimeOffset At)> counts = new(StringComparer.Ordinal);

    public int NextBits(string? address)
    {
        lock (gate)
        {
            var (key, now) = (NetworkOf(address), time.GetUtcNow());
            Clean(now);
            var count = counts.TryGetValue(key, out var before) ? Decayed(before, now) : 0;
            counts[key] = (count + 1, now);
            return options.Value.ProofBits + Math.Min(Range, (int)Math.Floor(Math.Log2(Math.Max(1, (count + 1) / Easy))));
        }
    }

    /// <summary>A network of IPv6 is one customer of a provider: its holder has more addresses than anybody can count.</summary>
    internal static string NetworkOf(string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
        {
            return "";
        }

        var plain = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8)) : plain.ToString();
    }

    private static double Decayed((double Count, DateTimeOffset At) entry, DateTimeOffset now) => entry.Count * Math.Pow(0.5, (now - entry.At) / HalfLife);

    private void Clean(DateTimeOffset now)
    {
        if (counts.Count < MostAddresses)
        {
            return;
        }

        foreach (var key in counts.Where(c => Decayed(c.Value, now) < 1).Select(c => c.Key).ToList())
        {
            counts.Remove(key);
        }

        if (counts.Count >= MostAddresses)
        {
            counts.Clear();
        }
    }
}
