using System.Diagnostics;
using CloudWorkstation.Benchmarks.Guacamole.Load;
using CloudWorkstation.Benchmarks.Tunnel;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole;

/// <summary>What a soak saw.</summary>
internal sealed record SoakResult(int Sessions, double Gigabytes, IReadOnlyList<string> Problems);

/// <summary>Sessions that come, compare every byte and end in every way, for as long as it is given.</summary>
internal static class Soak
{
    private const int AtOnce = 40;
    private const int Smallest = 10_000;
    private const int Largest = 60_000_000;

    public static async Task<SoakResult> RunAsync(IRival rival, Poller poller, TimeSpan time, CancellationToken cancellationToken)
    {
        var (watch, bytes, sessions, problems) = (Stopwatch.StartNew(), 0L, 0, new List<string>());
        var loops = Enumerable.Range(0, AtOnce).Select(async index =>
        {
            // The same sessions in every run.
#pragma warning disable CA5394
            var random = new Random(index);
            while (watch.Elapsed < time && !cancellationToken.IsCancellationRequested)
            {
                var ending = (Ending)random.Next(3);

                // Many small ones, few large ones.
                var length = RecordedStream.Instance.EndWithin((long)(Smallest * Math.Pow((double)Largest / Smallest, random.NextDouble())));
#pragma warning restore CA5394
                using var session = await OneAsync(rival, poller, ending, length);
                lock (problems)
                {
                    (bytes, sessions) = (bytes + session.Received, sessions + 1);
                    problems.AddRange(session.Problem is { } problem ? [$"{ending}, {length} bytes: {problem}"] : []);
                }
            }
        });
        await Task.WhenAll(loops);
        return new SoakResult(sessions, bytes / 1e9, problems);
    }

    private static async Task<SoakSession> OneAsync(IRival rival, Poller poller, Ending ending, long length)
    {
        var order = new Order(Work.Part) { Ending = ending, Length = ending == Ending.BrowserReset ? long.MaxValue : length };
        var session = (await Opening.ManyAsync(1, () => SoakSession.Open(rival, order, length)))[0];
        await poller.RunAsync(() => session.Begin(poller));
        var (last, still) = (-1L, Stopwatch.StartNew());
        while (!session.IsOver)
        {
            await Task.Delay(20);
            if (session.Received != last)
            {
                last = session.Received;
                still.Restart();
            }
            else if (still.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException($"A session of the soak ({ending}) hangs after {last} of {length} bytes.");
            }
        }

        return session;
    }
}
