using System.Globalization;
using System.Text;

namespace CloudWorkstation.Architecture.Tests.Sizes;

/// <summary>The computed tables of infra/sizes.md.</summary>
internal static class SizesPage
{
    private static readonly int[] Fleets = [100, 1_000, 10_000];

    public static string Tables(Assumptions assumptions, Prices prices)
    {
        var fleets = Fleets.Select(desktops => new Estimate(desktops, assumptions, prices)).ToList();
        var text = new StringBuilder();
        text.AppendLine("| Desktops | " + string.Join(" | ", fleets.Select(f => Number(f.Desktops))) + " |");
        text.AppendLine("|---|" + string.Concat(fleets.Select(_ => "---:|")));
        Row("starts a minute in the busiest quarter of an hour", f => Number(f.StartsAMinute));
        Row("operations at once (slots)", f => Number(f.Slots));
        Row("screens connected at once", f => Number(f.Connected));
        Row("requests a second", f => Number(f.RequestsASecond));
        Row("router", f => Text(f.Router));
        Row("api", f => Text(f.Api));
        Row("worker", f => Text(f.Worker));
        Row("console host", _ => Text(Estimate.Console));
        Row("desktop proxy (shared)", f => Text(f.Proxy));
        Row("PostgreSQL for the jobs, two zones", f => f.Database);
        Row("**vCPU of the platform in all**", f => $"**{Number(f.Vcpu)}**");
        Row("DynamoDB, million write units a month", f => Number(f.WriteUnitsAMonth / 1e6));
        Row("DynamoDB, million read units a month", f => Number(f.ReadUnitsAMonth / 1e6));
        Row("busiest index partition, units a second of 1,000", f => Number(f.BusiestPartition));
        Row("Fargate", f => Dollars(f.Fargate));
        Row("DynamoDB", f => Dollars(f.Store));
        Row("RDS", f => Dollars(f.Jobs));
        Row("load balancer and NAT", f => Dollars(f.Network));
        Row("logs, keys, secrets", f => Dollars(f.Rest));
        Row("**platform, dollars a month**", f => $"**{Dollars(f.Platform)}**");
        Row("platform, dollars a month and desktop", f => "$" + (f.Platform / f.Desktops).ToString("0.00", CultureInfo.InvariantCulture));
        Row("the desktops themselves (t3.medium in working hours, 30 GB)", f => Dollars(f.Machines));
        return text.ToString();

        void Row(string what, Func<Estimate, string> value) => text.AppendLine($"| {what} | {string.Join(" | ", fleets.Select(value))} |");
    }

    /// <summary>Every assumption and price that the page must name, as <c>`name` = value</c>.</summary>
    public static IEnumerable<string> Named(object values) =>
        values.GetType().GetProperties().Where(p => p.PropertyType == typeof(double))
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"| `{p.Name}` | {(double)p.GetValue(values)!:0.######} |"));

    private static string Text(Tasks tasks) => string.Create(CultureInfo.InvariantCulture, $"{tasks.Count} × {tasks.Vcpu:0.##} vCPU, {tasks.Gigabytes:0.##} GB");

    private static string Number(double value) => value.ToString(value < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    private static string Dollars(double value) => "$" + value.ToString("#,0", CultureInfo.InvariantCulture);
}
