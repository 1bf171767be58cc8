using System.Collections.Concurrent;
using System.Diagnostics;

namespace CloudWorkstation.Benchmarks.SignIn;

/// <summary>How often something was done, and how long each took.</summary>
internal sealed record Rate(double PerSecond, double Median, double P99)
{
    /// <summary>Some people who do it again and again, each after the answer to the time before.</summary>
    /// <param name="callers">So many at once.</param>
    /// <param name="time">For so long.</param>
    /// <param name="act">By its caller's number.</param>
    public static async Task<Rate> MeasureAsync(int callers, TimeSpan time, Func<int, Task> act)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(act));
        var times = new ConcurrentBag<double>();
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(begun) < time)
            {
                var start = Stopwatch.GetTimestamp();
                await act(caller);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        return new Rate(times.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds, Statistics.Median(times), Statistics.Percentile(times, 0.99));
    }

    /// <summary>Two things in turn, so that whatever else the machine does meets both.</summary>
    public static async Task<(Rate Ours, Rate Other)> AlternateAsync(int turns, Func<Task<Rate>> ours, Func<Task<Rate>> other)
    {
        List<Rate> mine = [], theirs = [];
        for (var turn = 0; turn < turns; turn++)
        {
            mine.Add(await ours());
            theirs.Add(await other());
        }

        return (Middle(mine), Middle(theirs));
    }

    private static Rate Middle(List<Rate> rates) => rates.OrderBy(r => r.PerSecond).ElementAt(rates.Count / 2);
}
