using System.Diagnostics;
using System.Net.WebSockets;
using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Benchmarks.Routes;

/// <summary>
/// From the event on the api's feed to the first WebSocket handshake that HAProxy sends to the desktop's proxy: the agent's own
/// process, real files, real HAProxy. Sessions that were open before must still answer afterwards.
/// </summary>
internal static class RouteBenchmark
{
    private const int Sessions = 20;
    private const double Goal = 100;

    /// <summary>The agent's process has just started and compiles itself while it works.</summary>
    private const int WarmUp = 10;

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var changes = quick ? 10 : 50;
        var few = await MeasureAsync(10, changes, cancellationToken);
        var many = await MeasureAsync(10_000, changes, cancellationToken);
        return new Report(
            [new Ratio("time until a new route is followed, at 10,000 routes", Statistics.Median(many.Times), Statistics.Median(few.Times), "at 10", "ms")],
            [.. Figures("10 routes", few), .. Figures("10,000 routes", many)],
            []);
    }

    private static IEnumerable<Figure> Figures(string name, (List<double> Times, int Dropped) found) =>
    [
        new($"{name}: from the feed to the first request that follows, median", Statistics.Median(found.Times), "ms", Goal),
        new($"{name}: the same, slowest of {found.Times.Count}", found.Times.Max(), "ms", Goal),
        new($"{name}: open sessions dropped, of {Sessions}", found.Dropped, "", 0),
    ];

    private static async Task<(List<double> Times, int Dropped)> MeasureAsync(int routes, int changes, CancellationToken cancellationToken)
    {
        await using var stack = await RouterStack.StartAsync(agent: false);
        for (var i = 0; i < routes; i++)
        {
            stack.Feed.Route($"d{i:00000000000}", stack.Alice.Id, stack.Proxy.Address);
        }

        stack.StartAgentProcess();
        await Waiting.UntilAsync(async () => (await stack.Haproxy.MapAsync(MapNames.Routes)).Count == routes, "all routes are in place", 60);
        var open = await OpenAsync(stack);
        for (var i = 0; i < WarmUp; i++)
        {
            await ChangeAsync(stack, $"w{i:00000000000}");
        }

        var times = new List<double>();
        for (var i = 0; i < changes; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            times.Add(await ChangeAsync(stack, $"n{i:00000000000}"));
        }

        return (times, await CountDroppedAsync(open));
    }

    private static async Task<double> ChangeAsync(RouterStack stack, string desktop)
    {
        var clock = Stopwatch.StartNew();
        stack.Feed.Route(desktop, stack.Alice.Id, stack.Proxy.Address);
        while (true)
        {
            var started = clock.Elapsed.TotalMilliseconds;
            try
            {
                using var socket = await stack.ConnectAsync(desktop);
                return started;
            }
            catch (WebSocketException) when (clock.Elapsed < TimeSpan.FromSeconds(10))
            {
                // Not there yet: 404. The request that succeeds counts from when it was sent, so retries add nothing but their own time.
            }
        }
    }

    private static async Task<List<ClientWebSocket>> OpenAsync(RouterStack stack)
    {
        var open = new List<ClientWebSocket>();
        for (var i = 0; i < Sessions; i++)
        {
            var socket = await stack.ConnectAsync($"d{i % 10:00000000000}");
            await socket.ReadAsync();
            open.Add(socket);
        }

        return open;
    }

    private static async Task<int> CountDroppedAsync(List<ClientWebSocket> open)
    {
        var dropped = 0;
        foreach (var socket in open)
        {
            try
            {
                dropped += await socket.SayAsync("still here") == "still here" ? 0 : 1;
            }
            catch (WebSocketException)
            {
                dropped++;
            }

            socket.Dispose();
        }

        return dropped;
    }
}
