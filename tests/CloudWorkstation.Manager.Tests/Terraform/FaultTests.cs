using System.Text.Json;
using CloudWorkstation.FakeTerraform;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>What the runner makes of a Terraform that misbehaves.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly List<TerraformEvent> events = [];

    [Fact(Timeout = 60_000)]
    public async Task A_good_run_reports_stages_progress_and_outputs()
    {
        var outcome = await ApplyAsync(new FakeScript());

        outcome.Succeeded.ShouldBeTrue(outcome.Message);
        outcome.Outputs["fake"].GetBoolean().ShouldBeTrue();
        events.OfType<TerraformEvent.StageStarted>().Select(stage => stage.Stage)
            .ShouldBe([TerraformStage.Workspace, TerraformStage.Init, TerraformStage.Apply]);
        events.OfType<TerraformEvent.Resource>().Select(resource => resource.State)
            .ShouldBe([ResourceState.Planned, ResourceState.Running, ResourceState.Done]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Init_is_run_once_for_as_long_as_nothing_changes()
    {
        var fake = Install(new FakeScript());
        await ApplyAsync(fake);
        await ApplyAsync(fake);

        fake.Calls.Count(call => call.Contains(" init ", StringComparison.Ordinal)).ShouldBe(1);
        fake.Calls.Count(call => call.Contains(" apply ", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_init_that_failed_is_run_again()
    {
        var fake = Install(new FakeScript { Steps = [new("init", "HalfLine") { Times = 1 }] });

        (await ApplyAsync(fake)).Succeeded.ShouldBeFalse();
        (await ApplyAsync(fake)).Succeeded.ShouldBeTrue();
        fake.Calls.Count(call => call.Contains(" init ", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_initialisation_that_somebody_removed_is_made_again()
    {
        const string lost = """{"@level":"error","@message":"Error","type":"diagnostic","diagnostic":{"severity":"error","summary":"Module not installed","detail":""}}""";
        var fake = Install(new FakeScript { Steps = [new("apply", "Succeed") { Times = 1 }, new("apply", "Print") { Times = 1, Lines = [lost] }] });
        await ApplyAsync(fake);

        (await ApplyAsync(fake)).Succeeded.ShouldBeTrue();
        fake.Calls.Count(call => call.Contains(" init ", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancelling_interrupts_terraform_and_lets_it_finish()
    {
        var outcome = await ApplyAsync(new FakeScript { Steps = [new("apply", "Hang")] }, "Hanging.", Cancel);

        outcome.Failure.ShouldBe(TerraformFailureKind.Cancelled);
        outcome.ExitCode.ShouldBe(1);
        outcome.Diagnostics.ShouldContain(diagnostic => diagnostic.Summary == "execution halted");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_terraform_that_ignores_the_interrupt_is_killed_after_the_grace()
    {
        var fake = Install(new FakeScript { Steps = [new("apply", "IgnoreInterrupt")] });

        var outcome = await ApplyAsync(fake, "Hanging, and not to be interrupted.", Cancel, TimeSpan.FromMilliseconds(300));

        outcome.Failure.ShouldBe(TerraformFailureKind.Cancelled);
        IsAlive(fake).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task Killing_does_not_wait_for_the_grace()
    {
        var fake = Install(new FakeScript { Steps = [new("apply", "IgnoreInterrupt")] });

        var outcome = await ApplyAsync(fake, "Hanging, and not to be interrupted.", Kill, TimeSpan.FromMinutes(20));

        outcome.Failure.ShouldBe(TerraformFailureKind.Cancelled);
        IsAlive(fake).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_past_its_time_is_stopped_as_timed_out()
    {
        var fake = Install(new FakeScript { Steps = [new("apply", "Hang")] });
        var request = Requests.In(directory.Path) with { Timeout = TimeSpan.FromSeconds(4) };

        var outcome = await Runner(fake, TimeSpan.FromSeconds(20)).ApplyAsync(request, Keep, CancellationToken.None, CancellationToken.None);

        outcome.Failure.ShouldBe(TerraformFailureKind.Timeout);
        outcome.Message.ShouldContain("00:00:04");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_is_cancelled_before_it_begins_starts_nothing()
    {
        var fake = Install(new FakeScript());

        var outcome = await Runner(fake, TimeSpan.FromSeconds(20))
            .ApplyAsync(Requests.In(directory.Path), Keep, new CancellationToken(canceled: true), CancellationToken.None);

        outcome.Failure.ShouldBe(TerraformFailureKind.Cancelled);
        fake.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Rubbish_on_the_output_harms_nobody()
    {
        var outcome = await ApplyAsync(new FakeScript { Steps = [new("apply", "Rubbish")] });

        outcome.Succeeded.ShouldBeTrue(outcome.Message);
        events.OfType<TerraformEvent.Line>().Max(line => line.Text.Length).ShouldBeLessThanOrEqualTo(4_096);
        events.OfType<TerraformEvent.Line>().ShouldContain(line => line.Text == "panic: runtime error");
    }

    [Fact(Timeout = 60_000)]
    public async Task Half_a_line_is_told_and_the_exit_code_explained()
    {
        var outcome = await ApplyAsync(new FakeScript { Steps = [new("apply", "HalfLine") { ExitCode = 2 }] });

        outcome.Failure.ShouldBe(TerraformFailureKind.Internal);
        outcome.ExitCode.ShouldBe(2);
        outcome.Diagnostics.ShouldHaveSingleItem().Detail.ShouldContain("half a mess");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_held_lock_is_a_failure_of_its_own()
    {
        var outcome = await ApplyAsync(new FakeScript { Steps = [new("apply", "HeldLock")] });

        outcome.Failure.ShouldBe(TerraformFailureKind.Locked);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_flood_of_output_is_taken_in_full_and_told_in_part()
    {
        var outcome = await ApplyAsync(new FakeScript { Steps = [new("apply", "Flood") { Count = 200_000 }] });

        outcome.Succeeded.ShouldBeTrue(outcome.Message);
        events.Count.ShouldBeLessThan(6_000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_terraform_that_is_killed_says_so_and_leaves_its_state()
    {
        var outcome = await ApplyAsync(new FakeScript { Steps = [new("apply", "PartialState")] });

        outcome.Failure.ShouldBe(TerraformFailureKind.Internal);
        outcome.ExitCode.ShouldBe(137);
        File.Exists(directory.File("state/terraform.tfstate")).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task Destroying_what_has_no_state_runs_nothing()
    {
        var fake = Install(new FakeScript());

        var outcome = await Runner(fake, TimeSpan.FromSeconds(20))
            .DestroyAsync(Requests.In(directory.Path), Keep, CancellationToken.None, CancellationToken.None);

        outcome.Succeeded.ShouldBeTrue();
        fake.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_terraform_too_old_for_ephemeral_values_is_refused_with_the_reason()
    {
        var outcome = await ApplyAsync(new FakeScript { Version = "1.9.8" });

        outcome.Failure.ShouldBe(TerraformFailureKind.Internal);
        outcome.Message.ShouldContain("1.9.8");
        outcome.Message.ShouldContain("1.10");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_terraform_that_is_not_there_is_named()
    {
        TerraformRunner runner = new(new TerraformOptions { Binary = "terraform-that-is-not-there" }, TimeProvider.System);

        var outcome = await runner.ApplyAsync(Requests.In(directory.Path), Keep, CancellationToken.None, CancellationToken.None);

        outcome.Failure.ShouldBe(TerraformFailureKind.Internal);
        outcome.Message.ShouldContain("terraform-that-is-not-there");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_listener_that_fails_ends_terraform_and_is_heard()
    {
        var fake = Install(new FakeScript { Steps = [new("apply", "IgnoreInterrupt")] });
        var run = Runner(fake, TimeSpan.FromMinutes(20)).ApplyAsync(
            Requests.In(directory.Path),
            what => what is TerraformEvent.Line ? throw new InvalidOperationException("superseded") : ValueTask.CompletedTask,
            CancellationToken.None,
            CancellationToken.None);

        (await Should.ThrowAsync<InvalidOperationException>(run)).Message.ShouldBe("superseded");
        IsAlive(fake).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task Secrets_travel_in_the_environment_and_come_back_as_nothing()
    {
        var fake = Install(new FakeScript { Steps = [new("apply", "Print") { Lines = ["it is hunter22"], ErrorLines = ["hunter22 again"] }] });
        var request = Requests.In(directory.Path) with { SecretVariables = new Dictionary<string, string>(StringComparer.Ordinal) { ["vnc_password"] = "hunter22" } };

        var outcome = await Runner(fake, TimeSpan.FromSeconds(20)).ApplyAsync(request, Keep, CancellationToken.None, CancellationToken.None);

        JsonSerializer.Serialize(outcome).ShouldNotContain("hunter22");
        events.OfType<TerraformEvent.Line>().ShouldNotContain(line => line.Text.Contains("hunter22", StringComparison.Ordinal));
        fake.LastEnvironment.ShouldContain("TF_VAR_vnc_password=hunter22");
        fake.Calls.ShouldAllBe(call => !call.Contains("hunter22", StringComparison.Ordinal));
    }

    public void Dispose() => directory.Dispose();

    private FakeTerraformInstallation Install(FakeScript script) => FakeTerraformInstallation.Create(directory.File("fake"), script);

    private static TerraformRunner Runner(FakeTerraformInstallation fake, TimeSpan grace) => new(new TerraformOptions { Binary = fake.Binary, Grace = grace }, TimeProvider.System);

    private Task<TerraformOutcome> ApplyAsync(FakeScript script) => ApplyAsync(Install(script));

    private Task<TerraformOutcome> ApplyAsync(FakeTerraformInstallation fake) =>
        Runner(fake, TimeSpan.FromSeconds(20)).ApplyAsync(Requests.In(directory.Path), Keep, CancellationToken.None, CancellationToken.None);

    private Task<TerraformOutcome> ApplyAsync(FakeScript script, string line, Action<CancellationTokenSource, CancellationTokenSource> stop) =>
        ApplyAsync(Install(script), line, stop, TimeSpan.FromSeconds(20));

    /// <summary>Stops the run once it has printed <paramref name="line"/>.</summary>
    private async Task<TerraformOutcome> ApplyAsync(
        FakeTerraformInstallation fake, string line, Action<CancellationTokenSource, CancellationTokenSource> stop, TimeSpan grace)
    {
        using CancellationTokenSource cancel = new(), kill = new();
        return await Runner(fake, grace).ApplyAsync(
            Requests.In(directory.Path),
            what =>
            {
                if (what is TerraformEvent.Line said && said.Text == line)
                    stop(cancel, kill);
                return Keep(what);
            },
            cancel.Token,
            kill.Token);
    }

    private static void Cancel(CancellationTokenSource cancel, CancellationTokenSource kill) => cancel.Cancel();

    private static void Kill(CancellationTokenSource cancel, CancellationTokenSource kill) => kill.Cancel();

    private ValueTask Keep(TerraformEvent what)
    {
        events.Add(what);
        return ValueTask.CompletedTask;
    }

    private static bool IsAlive(FakeTerraformInstallation fake) => Processes.IsAlive(int.Parse(fake.Calls[^1].Split(' ')[0]));
}
