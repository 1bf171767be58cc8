using System.Globalization;
using System.Text;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>The report: the goals with their ratios first, then every number.</summary>
internal static class TunnelTable
{
    public static string Write(IReadOnlyList<TunnelResult> results)
    {
        var text = new StringBuilder("### tunnel\n\n| Goal | Wanted | Measured | |\n|---|---|---|---|\n");
        var (ours, websockify, haproxy) = (Find(results, "desktop proxy", 50), Find(results, "websockify", 50), Find(results, "HAProxy TCP", 50));
        var (many, manyWebsockify) = (Find(results, "desktop proxy", 500), Find(results, "websockify", 500));
        Goal(text, "CPU per GB down, beside HAProxy TCP, 50 sessions", "≤ 1.0 ×", ours.DownloadCpu / haproxy.DownloadCpu, r => r <= 1.0);
        Goal(text, "download, beside websockify, 50 sessions", "≥ 1.7 ×", ours.DownloadMegabytes / websockify.DownloadMegabytes, r => r >= 1.7);
        Goal(text, "upload, beside websockify, 50 sessions", "≥ 3.0 ×", ours.UploadMegabytes / websockify.UploadMegabytes, r => r >= 3.0);
        Goal(text, "p99 round trip, beside websockify, 500 sessions", "≤ 0.10 ×", many.P99 / manyWebsockify.P99, r => r <= 0.1);
        Goal(text, "KB per idle session, 500 sessions", "≤ 40", many.IdleKilobytes, r => r <= 40);
        text.Append("\n| Sessions | Tunnel | down MB/s | CPU s/GB | up MB/s | CPU s/GB | round trip p50/p99 µs | CPU µs per trip | KB per idle session |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var r in results)
        {
            text.Append(Row(r)).Append('\n');
        }

        return text.ToString();
    }

    public static string Row(TunnelResult r) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {r.Sessions} | {r.Name} | {r.DownloadMegabytes:n0} | {r.DownloadCpu:0.00} | {r.UploadMegabytes:n0} | {r.UploadCpu:0.00} | {r.P50:n0} / {r.P99:n0} | {r.CpuPerTrip:0} | {r.IdleKilobytes:n0} |");

    private static TunnelResult Find(IEnumerable<TunnelResult> results, string name, int sessions) => results.Single(r => r.Name == name && r.Sessions == sessions);

    private static void Goal(StringBuilder text, string goal, string wanted, double measured, Func<double, bool> isMet) =>
        text.Append(CultureInfo.InvariantCulture, $"| {goal} | {wanted} | {measured:0.00} | {(isMet(measured) ? "met" : "**missed**")} |\n");
}
