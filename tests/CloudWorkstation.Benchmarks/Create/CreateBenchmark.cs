using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Benchmarks.Create;

/// <summary>
/// From the request to the first frame that a client of the desktop's WebSocket has received, through the real router, beside the same
/// template built by hand. The runs alternate, so that a busy machine slows both down.
/// </summary>
internal static class CreateBenchmark
{
    private const string Template = "local-vnc-minimal";

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        await CreateOnceAsync(product, person);
        List<double> plain = [];
        List<Run> runs = [];
        for (var run = 0; run < (quick ? 3 : 9); run++)
        {
            plain.Add(await PlainTerraform.MeasureAsync(Template, cancellationToken));
            runs.Add(await CreateOnceAsync(product, person));
        }

        return new Report(
            [new Ratio("from the request to the first frame", Statistics.Median(runs.Select(run => run.Total)), Statistics.Median(plain), "terraform init + apply + handshake", "ms", 1.1)],
            [],
            [Steps(runs)]);
    }

    private static async Task<Run> CreateOnceAsync(Product product, Person person)
    {
        using var events = await person.EventsAsync();
        var begun = Stopwatch.GetTimestamp();
        var (desktop, operation) = await Desktop.BeginAsync(product, person, Template);
        var accepted = Stopwatch.GetElapsedTime(begun);
        await events.NextAsync(item => item.Kind == "desktop" && item.Data["id"]!.GetValue<string>() == desktop.Id && item.Data["connectable"]!.GetValue<bool>());
        var running = Stopwatch.GetElapsedTime(begun);
        await using var screen = await desktop.ConnectAsync();
        var connected = Stopwatch.GetElapsedTime(begun);
        await screen.PixelAsync(screen.Width / 2, screen.Height / 2);
        var painted = Stopwatch.GetElapsedTime(begun);

        var steps = new Dictionary<string, double>(StringComparer.Ordinal) { ["request accepted"] = accepted.TotalMilliseconds };
        foreach (var step in (await desktop.EndOfAsync(operation))["progress"]!["timeline"]!.AsArray())
            steps[step!["name"]!.GetValue<string>()] = Took(step);
        steps["connect"] = (connected - running).TotalMilliseconds;
        steps["first frame"] = (painted - connected).TotalMilliseconds;
        await desktop.DeleteAsync();
        return new Run(painted.TotalMilliseconds, steps);
    }

    private static double Took(JsonNode step) => step["finishedAt"] is { } finished
        ? (Time(finished) - Time(step["startedAt"]!)).TotalMilliseconds
        : 0;

    private static DateTimeOffset Time(JsonNode value) => DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture);

    private static Table Steps(List<Run> runs) => new(
        "Where the time goes (medians)",
        ["step", "ms"],
        [.. runs[0].Steps.Keys.Select(name => (IReadOnlyList<string>)[name, Statistics.Median(runs.Select(run => run.Steps.GetValueOrDefault(name))).ToString("0", CultureInfo.InvariantCulture)])]);

    private sealed record Run(double Total, Dictionary<string, double> Steps);
}
