using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Benchmarks.Edge;

/// <summary>
/// What the check of the session token costs at the front door: requests a second and processor time with and without it, through the same HAProxy to the same service,
/// beside an HAProxy that only passes on, and beside the bare signature check that it cannot do without. And what it costs to know what somebody may do.
/// </summary>
internal static class EdgeBenchmark
{
    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var checks = PermissionChecks.Measure(quick);
        await using var stack = await EdgeStack.StartAsync();
        var (with, without) = (stack.WithToken(new Person("acc-alice", "alice", "user")), stack.WithoutToken());
        var floods = await Task.Run(() => Floods(stack, with, without, quick ? 2 : 6, TimeSpan.FromSeconds(quick ? 2 : 4)), cancellationToken);
        var trips = await Task.Run(() => EdgeLoad.Alternate([(stack.Ours, with), (stack.Ours, without), (stack.Bare, without)], quick ? 3_000 : 20_000), cancellationToken);
        var verification = SignatureMicroseconds(stack.Key.Rsa, TimeSpan.FromSeconds(quick ? 1 : 3));
        var (token, open, bare) = (floods[0], floods[1], floods[2]);
        return new Report(
            [
                new Ratio("requests a second with the token check", token.PerSecond, open.PerSecond, "without", "/s"),
                new Ratio("HAProxy's processor time of a request with the token check", token.Cpu, open.Cpu, "without", "µs"),
                new Ratio("what the token check adds to it", token.Cpu - open.Cpu, verification, "the bare RS256 signature", "µs", 2),
                new Ratio("the same without a token", open.Cpu, bare.Cpu, "HAProxy that only passes on", "µs"),
                new Ratio("round trip p99 with the token check", P99(trips[0]), P99(trips[1]), "without", "ms"),
                .. checks.Ratios,
            ],
            [
                new Figure("added by the token check to the round trip's p99", P99(trips[0]) - P99(trips[1]), "ms", 1),
                new Figure("the same in the median", Statistics.Median(trips[0]) - Statistics.Median(trips[1]), "ms"),
                .. checks.Figures,
            ],
            [
                new Table(
                    "One core for HAProxy, the other for the load and the service",
                    ["", "requests a second", "HAProxy, µs each", "round trip, median ms", "p99 ms"],
                    [Row("with token", token, trips[0]), Row("without", open, trips[1]), Row("only passes on", bare, trips[2])]),
            ]);
    }

    /// <summary>The middle of several turns, taken in turn.</summary>
    private static List<(double PerSecond, double Cpu)> Floods(EdgeStack stack, string with, string without, int turns, TimeSpan time)
    {
        (EdgeProcess Edge, string Request)[] kinds = [(stack.Ours, with), (stack.Ours, without), (stack.Bare, without)];
        var found = kinds.Select(_ => new List<(double PerSecond, double Cpu)>()).ToList();
        for (var turn = 0; turn < turns; turn++)
        {
            for (var i = 0; i < kinds.Length; i++)
            {
                found[i].Add(EdgeLoad.Flood(kinds[i].Edge, kinds[i].Request, time));
            }
        }

        return found.ConvertAll(turnsOf => (Statistics.Median(turnsOf.Select(t => t.PerSecond)), Statistics.Median(turnsOf.Select(t => t.Cpu))));
    }

    /// <summary>Processor time of one verification by the library that HAProxy uses too.</summary>
    private static double SignatureMicroseconds(RSA key, TimeSpan time)
    {
        var content = RandomNumberGenerator.GetBytes(400);
        var signature = key.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var (count, begun) = (0, Stopwatch.GetTimestamp());
        for (; Stopwatch.GetElapsedTime(begun) < time; count++)
        {
            key.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        return Stopwatch.GetElapsedTime(begun).TotalMicroseconds / count;
    }

    private static double P99(List<double> times) => Statistics.Percentile(times, 0.99);

    private static IReadOnlyList<string> Row(string name, (double PerSecond, double Cpu) flood, List<double> trips) =>
    [
        name, flood.PerSecond.ToString("N0", CultureInfo.InvariantCulture), flood.Cpu.ToString("0.0", CultureInfo.InvariantCulture),
        Statistics.Median(trips).ToString("0.000", CultureInfo.InvariantCulture), P99(trips).ToString("0.000", CultureInfo.InvariantCulture),
    ];
}
