namespace CloudWorkstation.Manager.Statistics;

/// <summary>Times to ready as a histogram: histograms of hours and days can be added up, percentiles cannot.</summary>
internal static class ReadyTimes
{
    private static readonly double[] Bounds = [1, 2, 3, 5, 8, 13, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600];

    public static int[] With(int[] counts, double seconds)
    {
        var next = new int[Bounds.Length + 1];
        counts.CopyTo(next, 0);
        var place = Array.FindIndex(Bounds, b => seconds <= b);
        next[place < 0 ? Bounds.Length : place]++;
        return next;
    }

    public static int[] Sum(IEnumerable<int[]> all)
    {
        var sum = new int[Bounds.Length + 1];
        foreach (var (count, i) in all.SelectMany(counts => counts.Select((count, i) => (count, i))))
        {
            sum[i] += count;
        }

        return sum;
    }

    public static TimeToReady Of(int[] counts) => new(counts.Sum(), Percentile(counts, 0.5), Percentile(counts, 0.95));

    // As if the times of one place of the histogram were spread evenly over it.
    private static double? Percentile(int[] counts, double share)
    {
        var wanted = counts.Sum() * share;
        if (wanted <= 0)
        {
            return null;
        }

        var place = 0;
        for (; place < counts.Length - 1 && counts[place] < wanted; place++)
        {
            wanted -= counts[place];
        }

        var (from, to) = (place == 0 ? 0 : Bounds[place - 1], place < Bounds.Length ? Bounds[place] : Bounds[^1]);
        return Math.Round(counts[place] == 0 ? to : from + ((to - from) * (wanted / counts[place])), 1);
    }
}
