using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Operations;

public sealed class RunnerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task A_created_desktop_is_running_after_its_operation()
    {
        await using var manager = new TestManager();

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Status.ShouldBe(DesktopStatus.Running);
        desktop.ActiveOperation.ShouldBeNull();
        desktop.Connection.ShouldBe(new ConnectionAddress("127.0.0.1", manager.ScreenPort));
        desktop.Details.ShouldBe([new DesktopDetail("Host", "here")]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_stops_before_the_claim_leaves_the_operation_queued_without_a_word()
    {
        await using var manager = new TestManager();
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;

        await manager.Get<OperationRunner>().RunAsync(operation, new CancellationToken(canceled: true));

        var left = await manager.OperationAsync(operation);
        (left.State, left.Attempt).ShouldBe((OperationState.Queued, 0));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_stops_during_the_claim_hands_the_operation_back_and_runs_nothing()
    {
        await using var manager = new TestManager();
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;
        using var stop = new CancellationTokenSource();
        manager.Store.BeforeCommit = _ => stop.Cancel();

        await manager.Get<OperationRunner>().RunAsync(operation, stop.Token);

        var left = await manager.OperationAsync(operation);
        (left.State, left.Worker).ShouldBe((OperationState.Queued, null));
        manager.Terraform.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Terraform_gets_the_password_as_a_secret_and_nowhere_else()
    {
        await using var manager = new TestManager();

        await manager.BuildAsync(TestManager.Alice);

        var request = manager.Terraform.Calls.Single().Request;
        var password = request.SecretVariables["vnc_password"];
        password.ShouldMatch("^[A-Za-z0-9]{8}$");
        request.Variables.ToJsonString().ShouldNotContain(password);
        request.Backend.Settings.ToJsonString().ShouldNotContain(password);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_timeline_names_every_step_to_the_reachable_screen()
    {
        await using var manager = new TestManager();
        manager.Terraform.Next(async (_, report, _, _) =>
        {
            foreach (var stage in new[] { TerraformStage.Workspace, TerraformStage.Init, TerraformStage.Apply })
            {
                await report(new TerraformEvent.StageStarted(DateTimeOffset.UnixEpoch, stage));
            }

            return manager.Terraform.Success();
        });
        var accepted = await manager.CreateAsync(TestManager.Alice);

        await manager.RunAsync(accepted.Operation!.Id);

        var operation = await manager.OperationAsync(accepted.Operation.Id);
        operation.Progress.Timeline.Select(t => t.Name).ShouldBe(["queue", "workspace", "init", "apply", "readiness", "route"]);
        operation.Progress.Timeline.ShouldAllBe(t => t.FinishedAt != null);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stopped_desktop_is_applied_with_power_off_and_has_no_connection()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var stop = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.Off }, None)).Value;
        manager.Terraform.Next((_, _, _, _) => Task.FromResult(new TerraformOutcome { Failure = TerraformFailureKind.None }));

        await manager.RunAsync(stop.Operation!.Id);

        var stopped = await manager.ReadAsync(desktop.Id);
        stopped.Status.ShouldBe(DesktopStatus.Stopped);
        stopped.Connection.ShouldBeNull();
        manager.Terraform.Calls.Last().Request.Variables["power"]!.ToString().ShouldBe("off");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deleted_desktop_leaves_no_document_no_state_and_no_quota()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        Directory.CreateDirectory(Path.Combine(manager.Paths.Desktops, desktop.Id, "home"));
        var delete = (await manager.Desktops.DeleteAsync(TestManager.Alice, desktop.Id, null, None)).Value;

        await manager.RunAsync(delete.Operation!.Id);

        (await manager.Desktops.GetAsync(TestManager.Alice, desktop.Id, None)).Problem!.Code.ShouldBe("not_found");
        (await manager.OperationAsync(delete.Operation.Id)).State.ShouldBe(OperationState.Succeeded);
        Directory.Exists(Path.Combine(manager.Paths.States, desktop.Id)).ShouldBeFalse();
        Directory.Exists(Path.Combine(manager.Paths.Desktops, desktop.Id)).ShouldBeFalse();
        (await manager.Desktops.QuotaAsync(TestManager.Alice, None)).ShouldAllBe(q => q.Used == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_whose_creation_failed_can_be_deleted()
    {
        await using var manager = new TestManager();
        manager.Terraform.NextFails(TerraformFailureKind.Template, "no such resource");
        var failed = await manager.BuildAsync(TestManager.Alice);
        failed.Status.ShouldBe(DesktopStatus.Failed);
        failed.Failure!.Kind.ShouldBe(FailureKind.Template);

        var delete = (await manager.Desktops.DeleteAsync(TestManager.Alice, failed.Id, null, None)).Value;
        await manager.RunAsync(delete.Operation!.Id);

        (await manager.OperationAsync(delete.Operation.Id)).State.ShouldBe(OperationState.Succeeded);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_whose_template_version_is_gone_can_still_be_deleted()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        manager.Templates.All.Clear();
        var delete = (await manager.Desktops.DeleteAsync(TestManager.Alice, desktop.Id, null, None)).Value;

        await manager.RunAsync(delete.Operation!.Id);

        (await manager.OperationAsync(delete.Operation.Id)).State.ShouldBe(OperationState.Succeeded);
        manager.Terraform.Calls.Last().Request.ModuleDirectory.ShouldBe(Path.Combine(manager.Paths.TemplateVersions, "local-vnc", "v1"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_screen_that_never_answers_fails_the_operation_with_its_cause()
    {
        await using var manager = new TestManager { Screen = new FailureCause(FailureKind.Timeout, "no answer", []) };

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Status.ShouldBe(DesktopStatus.Failed);
        desktop.Failure!.Kind.ShouldBe(FailureKind.Timeout);
        desktop.Failure.Fix.ShouldNotBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Outputs_that_break_the_template_contract_are_the_templates_failure()
    {
        await using var manager = new TestManager();
        manager.Terraform.Next((_, _, _, _) => Task.FromResult(new TerraformOutcome { Failure = TerraformFailureKind.None }));

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Failure!.Kind.ShouldBe(FailureKind.Template);
        desktop.Failure.Diagnostics.Single().Detail.ShouldContain("'connection' is missing");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_throttled_attempt_is_tried_again_later_and_says_when()
    {
        await using var manager = new TestManager();
        manager.Terraform.NextFails(TerraformFailureKind.Throttled);
        var accepted = await manager.CreateAsync(TestManager.Alice);

        await manager.RunAsync(accepted.Operation!.Id);

        var operation = await manager.OperationAsync(accepted.Operation.Id);
        operation.State.ShouldBe(OperationState.Queued);
        operation.NextAttemptAt.ShouldNotBeNull();
        operation.Failure!.Kind.ShouldBe(FailureKind.Throttled);
        (await manager.ReadAsync(accepted.Desktop.Desktop.Id)).ActiveOperation.ShouldBe(operation.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task Three_throttled_attempts_are_enough()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var accepted = await manager.CreateAsync(TestManager.Alice);
        for (var i = 0; i < 3; i++)
        {
            manager.Terraform.NextFails(TerraformFailureKind.Throttled);
            await manager.RunAsync(accepted.Operation!.Id);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        var operation = await manager.OperationAsync(accepted.Operation!.Id);

        operation.State.ShouldBe(OperationState.Failed);
        operation.Attempt.ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_template_failure_is_not_tried_again()
    {
        await using var manager = new TestManager();
        manager.Terraform.NextFails(TerraformFailureKind.Template);
        var accepted = await manager.CreateAsync(TestManager.Alice);

        await manager.RunAsync(accepted.Operation!.Id);

        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Failed);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_exception_in_a_run_ends_in_a_visible_failure()
    {
        await using var manager = new TestManager();
        manager.Terraform.Next((_, _, _, _) => throw new InvalidOperationException("boom"));

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Failure!.Kind.ShouldBe(FailureKind.Internal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_operation_is_retried_as_a_new_one_of_the_same_kind()
    {
        await using var manager = new TestManager();
        manager.Terraform.NextFails(TerraformFailureKind.Credentials);
        var failed = await manager.BuildAsync(TestManager.Alice);

        var retry = (await manager.Operations.RetryAsync(TestManager.Alice, failed.Failure!.Operation, None)).Value;
        (await manager.ReadAsync(failed.Id)).Status.ShouldBe(DesktopStatus.Pending);
        await manager.RunAsync(retry.Id);

        retry.Kind.ShouldBe(OperationKind.Create);
        (await manager.ReadAsync(failed.Id)).Status.ShouldBe(DesktopStatus.Running);
    }
}
