using System.Globalization;

namespace CloudWorkstation.Benchmarks.List;

/// <summary>
/// What a page of desktops costs when few and when many are stored, as the api answers it. Two apis stand side by side and every request goes to both, one right
/// after the other, so that whatever else the machine does meets both. Of each block of requests the 99th percentiles are compared: one block tells of one hiccup, the block in the
/// middle of many tells of the api.
/// </summary>
internal static class ListBenchmark
{
    private const int Few = 1_000;
    private const int BlockSize = 2_000;

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var many = quick ? 20_000 : 100_000;
        var blocks = quick ? 3 : 11;
        await using var small = await StoredDesktops.StartAsync(Few, cancellationToken);
        await using var large = await StoredDesktops.StartAsync(many, cancellationToken);
        List<(string What, string Path)> pages =
        [
            ("everyone's", "/api/v1/desktops?owner=*"),
            ("one person's", $"/api/v1/desktops?owner={StoredDesktops.Owner(1)}"),
            ("stopped ones", "/api/v1/desktops?owner=*&status=stopped"),
        ];
        var found = pages.ConvertAll(page => new PagePair(page.What));

        // The first block is for both processes to compile and cache what they need.
        for (var block = -1; block < blocks; block++)
        {
            await small.SignInAsync(cancellationToken);
            await large.SignInAsync(cancellationToken);
            foreach (var (pair, page) in found.Zip(pages))
            {
                var times = await TimeAsync(small, large, page.Path, cancellationToken);
                if (block >= 0)
                    pair.Add(times.Small, times.Large);
            }
        }

        return new Report(
            [
                .. found.Select(pair => new Ratio($"GET {pair.What}, p99, {many:N0} stored", pair.P99.Large, pair.P99.Small, $"{Few:N0} stored", "ms", 1.2)),
                .. found.Select(pair => new Ratio($"GET {pair.What}, median, {many:N0} stored", pair.Median.Large, pair.Median.Small, $"{Few:N0} stored", "ms")),
            ],
            [],
            [new Table($"p99 of {many:N0} over p99 of {Few:N0}, in {blocks} blocks of {BlockSize:N0} requests to each", ["page", "middle", "lowest", "highest"], [.. found.Select(pair => pair.Spread)])]);
    }

    private static async Task<(List<double> Small, List<double> Large)> TimeAsync(StoredDesktops small, StoredDesktops large, string path, CancellationToken cancellationToken)
    {
        var (few, many) = (new List<double>(BlockSize), new List<double>(BlockSize));
        for (var i = 0; i < BlockSize; i++)
        {
            // Who comes second finds the processor's caches full of the other: take turns in that too.
            var (first, second) = i % 2 == 0 ? (small, large) : (large, small);
            var (one, two) = (await first.TimeAsync(path, cancellationToken), await second.TimeAsync(path, cancellationToken));
            few.Add(i % 2 == 0 ? one : two);
            many.Add(i % 2 == 0 ? two : one);
        }

        return (few, many);
    }

    /// <summary>Percentiles of one page, a pair for each block.</summary>
    private sealed class PagePair(string what)
    {
        private readonly List<(double Small, double Large)> _p99 = [];
        private readonly List<(double Small, double Large)> _medians = [];

        public string What => what;

        /// <summary>Of the block whose ratio is the middle one.</summary>
        public (double Small, double Large) P99 => Middle(_p99);

        public (double Small, double Large) Median => Middle(_medians);

        public IReadOnlyList<string> Spread
        {
            get
            {
                var ratios = _p99.ConvertAll(p => p.Large / p.Small);
                return [what, Text(P99.Large / P99.Small), Text(ratios.Min()), Text(ratios.Max())];
            }
        }

        public void Add(List<double> small, List<double> large)
        {
            _p99.Add((Statistics.Percentile(small, 0.99), Statistics.Percentile(large, 0.99)));
            _medians.Add((Statistics.Median(small), Statistics.Median(large)));
        }

        private static (double Small, double Large) Middle(List<(double Small, double Large)> pairs) => pairs.OrderBy(p => p.Large / p.Small).ElementAt(pairs.Count / 2);

        private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
    }
}
