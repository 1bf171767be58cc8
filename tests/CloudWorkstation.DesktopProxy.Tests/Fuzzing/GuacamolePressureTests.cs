using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests.Fuzzing;

/// <summary>Floods that nobody reads: the sender is stopped, and the proxy holds next to nothing.</summary>
[Collection(Alone.Name)]
public sealed class GuacamolePressureTests
{
    private const int Limit = 300_000;
    private const int Pages = 20;

    // Both ends and the tests' own parts are in this process.
    private const long Held = 20 << 20;

    // A kernel's buffers of a connection, in and out of the proxy, at their largest.
    private const long InTheKernel = 64 << 20;

    private static readonly byte[] Handshake =
        [.. "4.args,13.VERSION_1_5_0,8.hostname,4.port,8.password;5.ready,37.$01234567-89ab-cdef-0123-456789abcdef;"u8];

    private static readonly byte[] Flood = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"4.blob,1.1,4000.{new string('A', 4000)};3.end,1.1;4.sync,13.1700000000000,1.1;", 16)));

    [Fact(Timeout = Limit)]
    public async Task Twenty_pages_that_never_read_stop_guacd_and_cost_no_memory()
    {
        long sent = 0;
        await using var guacd = new ScriptedVnc(async stream =>
        {
            await stream.WriteAsync(Handshake);
            while (true)
            {
                await stream.WriteAsync(Flood);
                Interlocked.Add(ref sent, Flood.Length);
            }
        });
        await using var proxy = await StartAsync(guacd);
        var pages = new List<GuacamolePage>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Pages; i++)
        {
            pages.Add(await GuacamolePage.ConnectAsync(proxy));
        }

        var all = await UntilStillAsync(() => Interlocked.Read(ref sent));
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        all.ShouldBeInRange(1, Pages * InTheKernel);
        held.ShouldBeLessThan(Held);
        proxy.Sessions.Count.ShouldBe(Pages);
        pages.ForEach(page => page.Dispose());
    }

    [Fact(Timeout = Limit)]
    public async Task A_guacd_that_does_not_read_stops_the_page_and_costs_no_memory()
    {
        await using var guacd = new ScriptedVnc(async stream =>
        {
            await stream.WriteAsync(Handshake);
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
        });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        var frame = RawBrowser.Frame(1, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("5.mouse,3.100,3.200,1.0;", 1_000))));
        long sent = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sending = WriteAsync();
        var all = await UntilStillAsync(() => Interlocked.Read(ref sent));
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(Held);
        all.ShouldBeInRange(1, 2 * InTheKernel);
        proxy.Sessions.Count.ShouldBe(1);
        page.Dispose();
        await sending;

        async Task WriteAsync()
        {
            try
            {
                while (true)
                {
                    await page.Browser.WriteAsync(frame);
                    Interlocked.Add(ref sent, frame.Length);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
            {
                // The test has seen enough.
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Pings_of_a_page_that_never_reads_the_answers_pile_up_nowhere()
    {
        await using var guacd = new ScriptedVnc(async stream =>
        {
            await stream.WriteAsync(Handshake);
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        var frame = RawBrowser.Frame(1, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0.,4.ping,13.1700000000000;", 1_000))));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_000; i++)
        {
            await page.Browser.WriteAsync(frame);
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(Held);
        proxy.Sessions.Count.ShouldBe(1);
    }

    private static Task<TestProxy> StartAsync(ScriptedVnc guacd) => TestProxy.StartAsync(s => s with { Guacd = new GuacdAddress("127.0.0.1", guacd.Target.Port) });

    /// <summary>The counter's value when it has begun and not moved for two seconds.</summary>
    private static async Task<long> UntilStillAsync(Func<long> counter)
    {
        var (last, still) = (0L, 0);
        while (still < 40)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            var now = counter();
            still = now == last && now > 0 ? still + 1 : 0;
            last = now;
        }

        return last;
    }
}
