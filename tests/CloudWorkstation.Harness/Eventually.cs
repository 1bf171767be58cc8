using System.Diagnostics;

namespace CloudWorkstation.Harness;

public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(() => Task.FromResult(condition()), what);

    public static Task HoldsAsync(Func<Task<bool>> condition, string what) => HoldsAsync(condition, what, Limit);

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit)
                throw new TimeoutException($"After {limit.TotalSeconds:0} s it still does not hold: {what}.");
            await Task.Delay(100);
        }
    }
}
