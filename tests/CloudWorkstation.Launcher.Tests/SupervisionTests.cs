using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Linux;
using CloudWorkstation.Launcher.Supervision;

namespace CloudWorkstation.Launcher.Tests;

public sealed class SupervisionTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TemporaryData _temporary = new TemporaryData().Prepared();
    private readonly ChildStarter _starter = new();
    private readonly List<string> _told = [];

    [Fact(Timeout = Limit)]
    public async Task A_killed_service_is_started_again()
    {
        using var service = Supervise("exec sleep 300");
        service.Start();
        var first = await ProcessOfAsync(service, not: 0);

        _ = Native.Signal(first, Native.Kill);
        var second = await ProcessOfAsync(service, not: first);

        ProcessTable.CommandLine(second).ShouldBe("sleep 300");
        await service.StopAsync(TimeSpan.FromSeconds(10));
        _told.ShouldContain(line => line.StartsWith("example ended (exit 137); starting it again", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_be_replaced_is_not_started_again_but_reported_lost()
    {
        using var service = new SupervisedService(Definition("exec sleep 300", FreeAddress()) with { IsIrreplaceable = true }, _temporary.Data, _starter, TimeProvider.System, line => { lock (_told) _told.Add(line); });
        service.Start();
        var process = await ProcessOfAsync(service, not: 0);

        _ = Native.Signal(process, Native.Kill);
        await service.Lost.WaitAsync(TestContext.Current.CancellationToken);

        ProcessRecord.LoadAll(_temporary.Data).ShouldBeEmpty();
        _told.ShouldHaveSingleItem().ShouldStartWith("example ended (exit 137) (log:");
        await service.StopAsync(TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = Limit)]
    public async Task A_variable_of_ours_that_is_not_for_the_child_does_not_reach_it()
    {
        Environment.SetEnvironmentVariable("CWS_TEST_REMOVED", "secret");
        using var child = await _starter.StartAsync(Definition("echo \"<$CWS_TEST_REMOVED>\"", FreeAddress()) with { Removed = ["CWS_TEST_REMOVED"] });

        (await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim().ShouldBe("<>");
        Environment.SetEnvironmentVariable("CWS_TEST_REMOVED", null);
    }

    [Fact(Timeout = Limit)]
    public async Task Stopping_ends_the_process_and_forgets_it()
    {
        using var service = Supervise("exec sleep 300");
        service.Start();
        var process = await ProcessOfAsync(service, not: 0);

        await service.StopAsync(TimeSpan.FromSeconds(10));

        ProcessTable.StartTime(process).ShouldBeNull();
        ProcessRecord.LoadAll(_temporary.Data).ShouldBeEmpty();
        _told.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_service_that_ignores_the_request_to_stop_is_killed()
    {
        using var service = Supervise("trap '' TERM; echo armed; while true; do sleep 0.1; done");
        service.Start();
        var process = await ProcessOfAsync(service, not: 0);
        await Eventually.HoldsAsync(() => RotatingLog.Tail(service.LogPath, 10).Contains("armed"));

        await service.StopAsync(TimeSpan.FromMilliseconds(300));

        ProcessTable.StartTime(process).ShouldBeNull();
        _told.ShouldContain("example did not stop within 0 s; killing it");
    }

    [Fact(Timeout = Limit)]
    public async Task A_service_that_cannot_start_fails_with_its_last_words()
    {
        using var service = Supervise("echo the database is on fire >&2; exit 3");
        using var probe = new ReadyProbe();
        service.Start();

        var failure = await Should.ThrowAsync<LauncherException>(service.WaitUntilReadyAsync(probe, TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken));

        failure.Message.ShouldBe("example does not start.");
        failure.Fix!.ShouldContain("the database is on fire");
        await service.StopAsync(TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = Limit)]
    public async Task A_service_is_not_started_while_its_preparation_fails()
    {
        var never = Path.Combine(_temporary.Data.Run, "started");
        using var service = Supervise($"touch '{never}'; exec sleep 300", before: "exit 4");
        service.Start();

        await Eventually.HoldsAsync(() => _told.ToArray().Any(line => line.StartsWith("example could not be prepared (exit 4)", StringComparison.Ordinal)));

        await service.StopAsync(TimeSpan.FromSeconds(10));
        File.Exists(never).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_child_gets_a_session_of_its_own_so_that_ctrl_c_reaches_only_the_launcher()
    {
        using var child = await _starter.StartAsync(Definition("exec sleep 300", FreeAddress()));
        try
        {
            await Eventually.HoldsAsync(() => ProcessTable.Name(child.Id) == "sleep");
            var session = (await File.ReadAllTextAsync($"/proc/{child.Id}/stat", TestContext.Current.CancellationToken)).Split(' ')[5];

            session.ShouldBe(child.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        finally
        {
            child.Kill();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Restarts_back_off_and_forgive()
    {
        await Task.Yield();
        var backoff = new Backoff();
        var delays = Enumerable.Range(0, 9).Select(_ => backoff.After(TimeSpan.Zero)).ToList();

        delays[0].ShouldBe(Backoff.First);
        delays[1].ShouldBe(Backoff.First * 2);
        delays[^1].ShouldBe(Backoff.Longest);
        backoff.After(Backoff.Healthy).ShouldBe(Backoff.First);
    }

    public void Dispose()
    {
        _starter.Dispose();
        _temporary.Dispose();
    }

    private SupervisedService Supervise(string script, string? before = null) => new(
        Definition(script, FreeAddress()) with { Before = before is null ? null : Definition(before, FreeAddress()) with { Name = "example-prepare" } },
        _temporary.Data,
        _starter,
        TimeProvider.System,
        line => { lock (_told) _told.Add(line); });

    private static ServiceDefinition Definition(string script, Uri ready) => new("example", "bash", ["-c", script], new Dictionary<string, string>(), ready);

    private async Task<int> ProcessOfAsync(SupervisedService service, int not)
    {
        var process = not;
        await Eventually.HoldsAsync(() => (process = ProcessRecord.Load(_temporary.Data, service.Name)?.Process ?? not) != not && ProcessTable.Name(process) is "sleep" or "bash");
        return process;
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}/");
    }
}
