using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Operations;

public sealed class CancelTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task A_queued_creation_ends_at_once_and_leaves_a_failed_desktop()
    {
        await using var manager = new TestManager();
        var accepted = await manager.CreateAsync(TestManager.Alice);

        var cancelled = (await manager.Operations.CancelAsync(TestManager.Alice, accepted.Operation!.Id, None)).Value;

        cancelled.State.ShouldBe(OperationState.Cancelled);
        var desktop = await manager.ReadAsync(accepted.Desktop.Desktop.Id);
        desktop.Status.ShouldBe(DesktopStatus.Failed);
        desktop.Failure!.Kind.ShouldBe(FailureKind.Cancelled);
        desktop.ActiveOperation.ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_queued_stop_leaves_the_desktop_running_as_it_was()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var stop = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.Off }, None)).Value;

        await manager.Operations.CancelAsync(TestManager.Alice, stop.Operation!.Id, None);

        var now = await manager.ReadAsync(desktop.Id);
        now.Status.ShouldBe(DesktopStatus.Running);
        now.Power.ShouldBe(Power.On);
        now.Failure.ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_operation_does_not_run_when_its_job_comes()
    {
        await using var manager = new TestManager();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        await manager.Operations.CancelAsync(TestManager.Alice, accepted.Operation!.Id, None);

        await manager.RunAsync(accepted.Operation.Id);

        manager.Terraform.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_running_operation_asks_terraform_to_end_and_keeps_its_state()
    {
        await using var manager = new TestManager();
        var begun = manager.Terraform.NextWaitsForCancel();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var run = manager.RunAsync(accepted.Operation!.Id);
        await begun;

        var asked = (await manager.Operations.CancelAsync(TestManager.Alice, accepted.Operation.Id, None)).Value;
        await run;

        asked.CancelRequested.ShouldBeTrue();
        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Cancelled);
        (await manager.ReadAsync(accepted.Desktop.Desktop.Id)).Failure!.Kind.ShouldBe(FailureKind.Cancelled);
        Directory.Exists(Path.Combine(manager.Paths.States, accepted.Desktop.Desktop.Id)).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancel_from_another_process_is_seen_with_the_heartbeat()
    {
        await using var manager = new TestManager(settings: new() { ["Jobs:Heartbeat"] = "00:00:00.100" });
        await using var other = new TestManager(manager);
        var begun = manager.Terraform.NextWaitsForCancel();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var run = manager.RunAsync(accepted.Operation!.Id);
        await begun;

        await other.Operations.CancelAsync(TestManager.Alice, accepted.Operation.Id, None);
        await run;

        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Cancelled);
    }

    [Fact(Timeout = 60_000)]
    public async Task Terraform_that_ignores_the_request_is_killed_after_the_grace_period()
    {
        await using var manager = new TestManager(settings: new() { ["Terraform:Grace"] = "00:00:00.100" });
        var (begun, _) = manager.Terraform.NextHasToBeKilled(TerraformFailureKind.Internal);
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var run = manager.RunAsync(accepted.Operation!.Id);
        await begun;

        await manager.Operations.CancelAsync(TestManager.Alice, accepted.Operation.Id, None);
        await run;

        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Cancelled);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_creation_can_be_retried()
    {
        await using var manager = new TestManager();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        await manager.Operations.CancelAsync(TestManager.Alice, accepted.Operation!.Id, None);

        var retry = (await manager.Operations.RetryAsync(TestManager.Alice, accepted.Operation.Id, None)).Value;
        await manager.RunAsync(retry.Id);

        (await manager.ReadAsync(accepted.Desktop.Desktop.Id)).Status.ShouldBe(DesktopStatus.Running);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_stops_hands_its_operation_back()
    {
        await using var manager = new TestManager();
        var begun = manager.Terraform.NextWaitsForCancel();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        using var shutdown = new CancellationTokenSource();
        var run = manager.Get<OperationRunner>().RunAsync(accepted.Operation!.Id, shutdown.Token);
        await begun;

        await shutdown.CancelAsync();
        await run;

        var operation = await manager.OperationAsync(accepted.Operation.Id);
        operation.State.ShouldBe(OperationState.Queued);
        operation.LeaseUntil.ShouldBeNull();
        await manager.RunAsync(operation.Id);
        (await manager.OperationAsync(operation.Id)).State.ShouldBe(OperationState.Succeeded);
    }
}
