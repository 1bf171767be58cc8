using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Timeline;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Tests.Aws;

/// <summary>A machine that takes its time: asked over HTTP through its proxy, it answers nothing, then refuses, then its VNC server is up.</summary>
public sealed class BootTests
{
    private const string Key = "an-internal-key-of-the-product";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task The_boot_of_a_machine_is_a_step_of_its_own_until_something_answers_there_and_then_its_screen_is_waited_for()
    {
        var boot = new SlowBoot();
        await using var proxy = await boot.StartAsync();
        await using var manager = Manager(proxy);
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;
        var run = manager.RunAsync(operation);

        await SeenAsync(manager, operation, "boot");
        await boot.AskedAgainAsync();
        (await StepsAsync(manager, operation)).ShouldNotContain("readiness");
        boot.Detail = nameof(SocketError.ConnectionRefused);
        await SeenAsync(manager, operation, "readiness");
        await boot.AskedAgainAsync();
        (await StepsAsync(manager, operation)).ShouldNotContain("route");
        boot.Answer = "ready";
        await run;

        var ended = await manager.OperationAsync(operation);
        ended.State.ShouldBe(OperationState.Succeeded);
        ended.Progress.Timeline.Select(s => s.Name).Where(n => n is "boot" or "readiness" or "route").ShouldBe(["boot", "readiness", "route"]);
        var timeline = (await manager.Get<ITimelineService>().OfOperationAsync(TestManager.Alice, operation, Token)).Value;
        timeline.Phases.Single(p => p.Name == "boot").Milliseconds.ShouldBeGreaterThan(0);
        timeline.Phases.ShouldAllBe(p => p.State == PhaseState.Done);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_machine_that_never_boots_fails_in_that_step_and_says_so()
    {
        var boot = new SlowBoot();
        await using var proxy = await boot.StartAsync();
        await using var manager = Manager(proxy, "00:00:01");
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;

        await manager.RunAsync(operation);

        var timeline = (await manager.Get<ITimelineService>().OfOperationAsync(TestManager.Alice, operation, Token)).Value;
        timeline.Phases[^1].ShouldSatisfyAllConditions(p => p.Name.ShouldBe("boot"), p => p.State.ShouldBe(PhaseState.Failed));
        (await manager.OperationAsync(operation)).Failure!.Kind.ShouldBe(FailureKind.Timeout);
    }

    private static TestManager Manager(WebApplication proxy, string deadline = "00:01:00")
    {
        var settings = new Dictionary<string, string?>
        {
            ["InternalKey"] = Key,
            ["DesktopProxy"] = new Uri(proxy.Urls.First()).Authority,
            ["Readiness:Deadline"] = deadline,
            ["Jobs:MaximumAttempts"] = "1",
        };
        var manager = new TestManager(settings: settings, configure: services => services.AddSingleton<IScreenWait, ScreenWait>());
        manager.Terraform.Machine = new { provider = "aws", region = "eu-central-1", instance = "i-1", cluster = (string?)null, service = (string?)null };
        return manager;
    }

    private static Task SeenAsync(TestManager manager, string operation, string step) =>
        TestManager.Until(async () => (await StepsAsync(manager, operation)).Contains(step), $"the step {step}");

    private static async Task<IReadOnlyList<string>> StepsAsync(TestManager manager, string operation) => [.. (await manager.OperationAsync(operation)).Progress.Timeline.Select(s => s.Name)];

    private sealed class SlowBoot
    {
        private int asked;

        public string Answer { get; set; } = "silent";

        public string Detail { get; set; } = nameof(SocketError.TimedOut);

        public async Task<WebApplication> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
            var app = builder.Build();
            app.MapGet(ProbeTicket.Path, () =>
            {
                Interlocked.Increment(ref asked);
                return Results.Json(new { answer = Answer, detail = Detail });
            });
            await app.StartAsync(Token);
            return app;
        }

        public Task AskedAgainAsync()
        {
            var before = Volatile.Read(ref asked);
            return TestManager.Until(() => Task.FromResult(Volatile.Read(ref asked) >= before + 2), "two more questions");
        }
    }
}
