using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>What the api hears of many sessions, and what it answers each.</summary>
public sealed class ReportTests
{
    private static readonly byte[] KeyA = [4, 1, 0, 0, 0, 0, 0, 97];

    [Fact(Timeout = 120_000)]
    public async Task Many_sessions_are_told_of_together_and_each_by_its_own_numbers()
    {
        await using var proxy = await StartAsync();
        await using var crowd = await Crowd.OpenAsync(proxy, 12);
        await crowd.Browsers[3].SendAsync(KeyA);
        await Eventually.TrueAsync(() => proxy.Api.Batches.Any(count => count > 1));
        await Eventually.TrueAsync(() => crowd.Names.All(name => proxy.Api.Reports.Any(r => r.Connection == name)));
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Connection == crowd.Names[3] && r.Body.TryGetProperty("lastInputAt", out _)));
        proxy.Api.Reports.Any(r => r.Connection != crowd.Names[3] && r.Body.TryGetProperty("lastInputAt", out _)).ShouldBeFalse();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(409, "stopped", 4001)]
    [InlineData(409, "policy-changed", 4006)]
    [InlineData(409, "share-ended", 4006)]
    [InlineData(404, "not_found", 4002)]
    public async Task A_session_that_is_refused_among_others_ends_alone(int status, string code, int close)
    {
        await using var proxy = await StartAsync();
        await using var crowd = await Crowd.OpenAsync(proxy, 12);
        await Eventually.TrueAsync(() => proxy.Api.Batches.Any(count => count > 1));
        proxy.Api.RefusedReports[crowd.Names[5]] = (status, code);
        (await crowd.Browsers[5].ReadCloseAsync()).CloseCode.ShouldBe(close);
        proxy.Sessions.Count.ShouldBeInRange(11, 12);
        await crowd.ShouldWorkAsync(except: 5);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task One_that_the_api_cannot_deal_with_just_now_goes_on_and_is_told_of_again(int status)
    {
        await using var proxy = await StartAsync();
        await using var crowd = await Crowd.OpenAsync(proxy, 6);
        proxy.Api.RefusedReports[crowd.Names[2]] = (status, "unavailable");
        int Told() => proxy.Api.Reports.Count(r => r.Connection == crowd.Names[2]);
        var before = Told();
        await Eventually.TrueAsync(() => Told() > before + 3);
        await crowd.ShouldWorkAsync();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(422)]
    public async Task Where_reports_are_refused_as_a_whole_each_is_told_of_alone(int status)
    {
        await using var proxy = await StartAsync(status);
        await using var crowd = await Crowd.OpenAsync(proxy, 12);
        await Eventually.TrueAsync(() => crowd.Names.All(name => proxy.Api.Reports.Any(r => r.Connection == name)));
        await Eventually.TrueAsync(() => proxy.Api.Batches.Any(count => count > 1));
        await crowd.ShouldWorkAsync();
        proxy.Api.RefusedReports[crowd.Names[5]] = (409, "stopped");
        (await crowd.Browsers[5].ReadCloseAsync()).CloseCode.ShouldBe(4001);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_api_that_fails_at_reports_ends_nothing_and_hears_of_everybody_again()
    {
        await using var proxy = await StartAsync(503);
        await using var crowd = await Crowd.OpenAsync(proxy, 12);
        await Eventually.TrueAsync(() => proxy.Api.Batches.Count(count => count > 1) > 3);
        await crowd.ShouldWorkAsync();
        proxy.Api.BatchRefusal = null;
        await Eventually.TrueAsync(() => crowd.Names.All(name => proxy.Api.Reports.Any(r => r.Connection == name)));
    }

    // One turn of the clock meets several sessions.
    private static Task<TestProxy> StartAsync(int? refusal = null) => TestProxy.StartAsync(
        s => s with { ReportInterval = TimeSpan.FromMilliseconds(500), SilenceTimeout = TimeSpan.FromMinutes(10) },
        api => api.BatchRefusal = refusal);

    /// <summary>So many people, each at a desktop that gives their keys back.</summary>
    private sealed class Crowd(ScriptedVnc vnc, IReadOnlyList<string> names, IReadOnlyList<RawBrowser> browsers) : IAsyncDisposable
    {
        public IReadOnlyList<string> Names => names;

        public IReadOnlyList<RawBrowser> Browsers => browsers;

        public static async Task<Crowd> OpenAsync(TestProxy proxy, int count)
        {
            var vnc = ScriptedVnc.Honest(SessionTests.EchoAsync);
            var names = Enumerable.Range(0, count).Select(i => $"crowd-{i}").ToList();
            var browsers = new List<RawBrowser>();
            foreach (var name in names)
            {
                var browser = await proxy.ConnectAsync(vnc.Target, name);
                await browser.RfbHandshakeAsync();
                browsers.Add(browser);
            }

            return new Crowd(vnc, names, browsers);
        }

        public async Task ShouldWorkAsync(int? except = null)
        {
            foreach (var browser in browsers.Where((_, i) => i != except))
            {
                await browser.SendAsync(KeyA);
                (await browser.ReadDataAsync(KeyA.Length)).ShouldBe(KeyA);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var browser in browsers)
            {
                browser.Dispose();
            }

            await vnc.DisposeAsync();
        }
    }
}
