using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using Desktop = CloudWorkstation.Manager.Desktops.Desktop;

namespace CloudWorkstation.Benchmarks.List;

/// <summary>What a page of desktops costs when few and when many are stored, as the api answers it.</summary>
internal static class ListBenchmark
{
    private const int Few = 1_000;
    private const int OwnersDesktops = 20;

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var many = quick ? 20_000 : 100_000;
        await using var api = new ApiAlone();
        await api.StartAsync(cancellationToken);
        List<(string What, string Path)> requests = [("everyone's", "/api/v1/desktops?owner=*"), ("one person's", $"/api/v1/desktops?owner={Owner(1)}"), ("stopped ones", "/api/v1/desktops?owner=*&status=stopped")];
        var small = await MeasureAtAsync(api, 0, Few, requests, quick, cancellationToken);
        var large = await MeasureAtAsync(api, Few, many, requests, quick, cancellationToken);
        return new Report(
            [
                .. requests.Select((request, index) => new Ratio($"GET {request.What}, p99, {many:N0} stored", Statistics.Percentile(large[index], 0.99), Statistics.Percentile(small[index], 0.99), $"{Few:N0} stored", "ms", 1.2)),
                .. requests.Select((request, index) => new Ratio($"GET {request.What}, median, {many:N0} stored", Statistics.Median(large[index]), Statistics.Median(small[index]), $"{Few:N0} stored", "ms")),
            ],
            [],
            []);
    }

    private static async Task<List<List<double>>> MeasureAtAsync(
        ApiAlone api, int from, int to, List<(string What, string Path)> requests, bool quick, CancellationToken cancellationToken)
    {
        await api.StopAsync();
        await FillAsync(api.Database, from, to, cancellationToken);
        await api.StartAsync(cancellationToken);
        using var http = await api.SignInAsync(cancellationToken);
        List<List<double>> results = [];
        foreach (var (_, path) in requests)
        {
            var repetitions = quick ? 200 : 1_000;
            List<double> times = [];
            for (var run = -repetitions / 4; run < repetitions; run++)
            {
                var begun = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(path, cancellationToken);
                await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
                if (run >= 0)
                    times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            results.Add(times);
        }

        return results;
    }

    private static async Task FillAsync(string database, int from, int to, CancellationToken cancellationToken)
    {
        using var store = new SqliteDocumentStore(database, [new CollectionDefinition("desktops", "owner", "all", "status", "template")]);
        var desktops = new Collection<Desktop>(store, new CollectionDefinition("desktops", "owner", "all", "status", "template"), desktop => desktop.Id, Indexes);
        foreach (var numbers in Enumerable.Range(from, to - from).Chunk(StoreLimits.MaximumWritesPerCommit))
            await store.CommitAsync([.. numbers.Select(number => desktops.Add(Make(number)))], cancellationToken);
    }

    private static IEnumerable<IndexEntry> Indexes(Desktop desktop)
    {
        var sort = $"{desktop.CreatedAt.UtcTicks:x16}";
        return [new("owner", desktop.Owner, sort), new("all", "all", sort), new("status", "stopped", sort), new("template", desktop.Template, sort)];
    }

    private static string Owner(int number) => $"o{number:00000000000}";

    private static Desktop Make(int number) => new()
    {
        Id = $"d{number:00000000000}",
        Name = $"Desktop {number}",
        Owner = Owner(number / OwnersDesktops),
        OwnerName = $"person-{number / OwnersDesktops}",
        Template = "local-vnc",
        TemplateVersion = new string('a', 64),
        Parameters = new Dictionary<string, JsonElement>(StringComparer.Ordinal),
        Status = DesktopStatus.Stopped,
        Power = Power.Off,
        ProtectedSecret = "none",
        State = string.Create(CultureInfo.InvariantCulture, $"local:d{number:00000000000}"),
        CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        UpdatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
    };
}
