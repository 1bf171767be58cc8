using System.Globalization;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Benchmarks.Events;

/// <summary>How long after a change is committed everybody who listens has it, through the router.</summary>
internal static class EventsBenchmark
{
    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var listeners = quick ? 200 : 1_000;
        await using var product = await Product.StartAsync(new Dictionary<string, string>
        {
            ["CWS_RATE__PERSESSION"] = "100000",
            ["CWS_RATE__PERACCOUNT"] = "100000",
            ["CWS_RATE__STREAMSPERSESSION"] = "2000",
            ["CWS_RATE__STREAMSPERACCOUNT"] = "2000",
        });
        using var person = await product.AdminAsync();
        var desktop = await Desktop.CreateAsync(product, person);
        List<EventStream> streams = [];
        while (streams.Count < listeners)
            streams.Add(await person.EventsAsync());

        List<double> first = [];
        List<double> all = [];
        for (var change = 0; change < (quick ? 10 : 40); change++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"Name {change}");
            var heard = Task.WhenAll(streams.Select(stream => stream.NextAsync(item => item.Kind == "desktop" && item.Data["name"]!.GetValue<string>() == name)));
            await person.PatchAsync(desktop.Path, new { name });
            var delays = (await heard.WaitAsync(cancellationToken)).Select(item => (item.At - Time(item)).TotalMilliseconds).ToList();
            first.Add(delays.Min());
            all.AddRange(delays);
        }

        streams.ForEach(stream => stream.Dispose());
        await desktop.DeleteAsync();
        return new Report(
            [],
            [
                new Figure($"commit to handler, median of {listeners:N0} listeners", Statistics.Median(all), "ms"),
                new Figure("commit to handler, p99", Statistics.Percentile(all, 0.99), "ms"),
                new Figure("commit to the first listener, median", Statistics.Median(first), "ms"),
            ],
            []);
    }

    private static DateTimeOffset Time(ServerEvent item) => DateTimeOffset.Parse(item.Data["updatedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
