using System.Diagnostics;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>Asks again until the answer is right; the deadline is generous because the machine may be busy.</summary>
internal static class Waiting
{
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(seconds))
            {
                throw new TimeoutException($"Waited {seconds} s in vain: {what}.");
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what, int seconds = 30) => UntilAsync(() => Task.FromResult(condition()), what, seconds);
}
