using System.Globalization;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>Medians of one tunnel at one number of sessions.</summary>
internal sealed record TunnelResult(
    string Name,
    int Sessions,
    double DownloadMegabytes,
    double DownloadCpu,
    double UploadMegabytes,
    double UploadCpu,
    double P50,
    double P99,
    double CpuPerTrip,
    double IdleKilobytes)
{
    public static readonly IReadOnlyList<string> Columns =
        ["tunnel", "sessions", "down MB/s", "CPU s/GB", "up MB/s", "CPU s/GB", "trip p50 µs", "p99 µs", "CPU µs/trip", "KB idle"];

    public IReadOnlyList<string> ToRow() =>
    [
        Name, Text(Sessions), Text(DownloadMegabytes), Fine(DownloadCpu), Text(UploadMegabytes), Fine(UploadCpu),
        Text(P50), Text(P99), Text(CpuPerTrip),

        // One session's pages drown in what any process does meanwhile.
        Sessions > 1 ? Text(IdleKilobytes) : "-",
    ];

    private static string Text(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string Fine(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
