using System.Diagnostics;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;

namespace CloudWorkstation.Benchmarks.Store;

/// <summary>
/// The SQLite store with documents of 2 KB: commits that are on disk when they are answered, point reads, and pages of 50 out of a
/// small and a large partition.
/// </summary>
internal static class StoreBenchmark
{
    private const string Collection = "bench";
    private const string Index = "owner";
    private const int Small = 1_000;

    private static readonly byte[] Json = [(byte)'"', .. Enumerable.Repeat((byte)'x', 2_000), (byte)'"'];

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("cws-bench-").FullName;
        try
        {
            using var store = new SqliteDocumentStore(Path.Combine(directory, "bench.db"), [new CollectionDefinition(Collection, Index)]);
            var large = quick ? 20_000 : 100_000;
            await FillAsync(store, "small", Small, cancellationToken);
            await FillAsync(store, "large", large, cancellationToken);
            var (few, many) = await PagesAsync(store, large, cancellationToken);
            var alone = await CommitsAsync(store, 1, quick, cancellationToken);
            var together = await CommitsAsync(store, 64, quick, cancellationToken);
            return new Report(
                [
                    new Ratio($"page of 50, p99, out of {large:N0}", Statistics.Percentile(many, 0.99), Statistics.Percentile(few, 0.99), $"out of {Small:N0}", "ms", 1.2),
                    new Ratio($"page of 50, median, out of {large:N0}", Statistics.Median(many), Statistics.Median(few), $"out of {Small:N0}", "ms", 1.2),
                    new Ratio("commits per second, 64 callers at once", together, alone, "one caller", "/s"),
                ],
                [
                    new Figure("commits, one caller: each waits for the disk", alone, "/s"),
                    new Figure("commits, 64 callers: they share the wait", together, "/s"),
                    new Figure("point reads, one caller", await ReadsAsync(store, large, cancellationToken), "/s"),
                ],
                []);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static DocumentWrite Add(string id, string partition) => new()
    {
        Key = new DocumentKey(Collection, id),
        Kind = WriteKind.Put,
        Condition = ConditionKind.Absent,
        Json = Json,
        Indexes = [new IndexEntry(Index, partition, id)],
    };

    private static string Id(string partition, int number) => $"{partition}-{number:0000000}";

    private static async Task FillAsync(SqliteDocumentStore store, string partition, int count, CancellationToken cancellationToken)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(StoreLimits.MaximumWritesPerCommit))
        {
            await store.CommitAsync([.. chunk.Select(n => Add(Id(partition, n), partition))], cancellationToken);
        }
    }

    /// <summary>Pages that begin anywhere, in turn from either partition, so that whatever else the machine does hits both alike.</summary>
    private static async Task<(List<double> Few, List<double> Many)> PagesAsync(SqliteDocumentStore store, int large, CancellationToken cancellationToken)
    {
        const int Warm = 300;
        var random = new Random(1);
        var (few, many) = (new List<double>(), new List<double>());
        for (var i = 0; i < 3_000 + Warm; i++)
        {
            var one = await PageAsync(store, "small", random.Next(Small - 50), cancellationToken);
            var other = await PageAsync(store, "large", random.Next(large - 50), cancellationToken);
            if (i >= Warm)
            {
                few.Add(one);
                many.Add(other);
            }
        }

        return (few, many);
    }

    private static async Task<double> PageAsync(SqliteDocumentStore store, string partition, int from, CancellationToken cancellationToken)
    {
        var query = new IndexQuery { Collection = Collection, Index = Index, Partition = partition, From = Id(partition, from) };
        var started = Stopwatch.GetTimestamp();
        await store.QueryAsync(query, cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> CommitsAsync(SqliteDocumentStore store, int callers, bool quick, CancellationToken cancellationToken)
    {
        var each = (quick ? 300 : 2_000) * (callers == 1 ? 1 : 10) / callers;
        var rates = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
                async () =>
                {
                    for (var i = 0; i < each; i++)
                    {
                        await store.CommitAsync([Add($"c{callers}-{round}-{caller}-{i}", "commits")], cancellationToken);
                    }
                },
                cancellationToken)));
            rates.Add(callers * each / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return Statistics.Median(rates);
    }

    private static async Task<double> ReadsAsync(SqliteDocumentStore store, int count, CancellationToken cancellationToken)
    {
        const int Reads = 20_000;
        var random = new Random(2);
        var rates = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Reads; i++)
            {
                await store.GetAsync(new DocumentKey(Collection, Id("large", random.Next(count))), cancellationToken);
            }

            rates.Add(Reads / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return Statistics.Median(rates);
    }
}
