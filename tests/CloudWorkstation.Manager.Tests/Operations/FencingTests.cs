using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Operations;

public sealed class FencingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task Nothing_that_a_superseded_attempt_writes_lands()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var (begun, release) = manager.Terraform.NextHangs();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var first = manager.RunAsync(accepted.Operation!.Id);
        await begun;
        await SilenceAsync(manager, time);

        manager.Terraform.NextFails(TerraformFailureKind.Template, "seen by the second attempt");
        await manager.RunAsync(accepted.Operation.Id);
        manager.Store.BeforeCommit = null;
        release.SetResult();
        await first;

        var operation = await manager.OperationAsync(accepted.Operation.Id);
        operation.Attempt.ShouldBe(2);
        operation.State.ShouldBe(OperationState.Failed);
        (await manager.ReadAsync(accepted.Desktop.Desktop.Id)).Status.ShouldBe(DesktopStatus.Failed);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_superseded_attempt_kills_its_terraform()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var (begun, killed) = manager.Terraform.NextHasToBeKilled(TerraformFailureKind.Cancelled);
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var first = manager.RunAsync(accepted.Operation!.Id);
        await begun;
        await SilenceAsync(manager, time);

        await manager.RunAsync(accepted.Operation.Id);
        manager.Store.BeforeCommit = null;
        await AdvanceUntilAsync(time, () => killed.IsCompleted);
        await first;

        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Succeeded);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_running_operation_under_a_valid_lease_is_not_taken_over()
    {
        await using var manager = new TestManager();
        var (begun, release) = manager.Terraform.NextHangs();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var first = manager.RunAsync(accepted.Operation!.Id);
        await begun;

        await manager.RunAsync(accepted.Operation.Id);

        manager.Terraform.Calls.Count.ShouldBe(1);
        release.SetResult();
        await first;
    }

    [Fact(Timeout = 60_000)]
    public async Task After_a_crash_the_next_process_applies_the_same_state_again_and_counts_the_log_on()
    {
        var before = new TestManager(worker: DeadWorker());
        var logged = new TaskCompletionSource();
        before.Terraform.Next(async (_, report, _, _) =>
        {
            await report(new TerraformEvent.Line(DateTimeOffset.UnixEpoch, "info", "first"));
            await report(new TerraformEvent.Line(DateTimeOffset.UnixEpoch, "info", "second"));
            logged.SetResult();
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return before.Terraform.Success();
        });
        var accepted = await before.CreateAsync(TestManager.Alice);
        _ = before.RunAsync(accepted.Operation!.Id);
        await logged.Task;
        await TestManager.Until(async () => (await before.OperationAsync(accepted.Operation.Id)).LogLength == 2, "two stored lines");
        before.Store.Cut();

        await using (var after = new TestManager(before))
        {
            await after.RunAsync(accepted.Operation.Id);

            var operation = await after.OperationAsync(accepted.Operation.Id);
            operation.State.ShouldBe(OperationState.Succeeded);
            operation.Attempt.ShouldBe(2);
            var states = before.Terraform.Calls.Concat(after.Terraform.Calls).Select(c => c.Request.Backend.Settings.ToJsonString());
            states.Distinct().Count().ShouldBe(1);
            TestStore.Settle(after.Paths.Root);
            var lines = (await after.Operations.LogAsync(TestManager.Alice, operation.Id, 0, 1000, None)).Value;
            lines.Select(l => l.Sequence).ShouldBe(Enumerable.Range(1, lines.Count).Select(i => (long)i));
            operation.LogLength.ShouldBe(lines.Count);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_commit_whose_answer_is_lost_is_found_to_be_done()
    {
        await using var manager = new TestManager();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var lost = 0;
        manager.Store.AfterCommit = writes =>
        {
            if (writes.Any(w => w.Key.Collection == "operations" && System.Text.Encoding.UTF8.GetString(w.Json.Span).Contains("\"succeeded\"", StringComparison.Ordinal)) && lost++ == 0)
            {
                throw new IOException("The answer got lost.");
            }
        };

        await manager.RunAsync(accepted.Operation!.Id);

        lost.ShouldBe(1);
        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Succeeded);
        (await manager.ReadAsync(accepted.Desktop.Desktop.Id)).Status.ShouldBe(DesktopStatus.Running);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_loses_the_store_for_a_lease_stops_its_terraform()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var (begun, killed) = manager.Terraform.NextHasToBeKilled(TerraformFailureKind.Cancelled);
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var first = manager.RunAsync(accepted.Operation!.Id);
        await begun;

        manager.Store.BeforeCommit = _ => throw new IOException("The store is away.");
        await AdvanceUntilAsync(time, () => killed.IsCompleted);
        await first;

        manager.Store.BeforeCommit = null;
        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Running);
    }

    // The worker's writes fail until its lease has passed, as if it had lost the network; the test itself sits on the other side.
    private static Task SilenceAsync(TestManager manager, ManualTime time)
    {
        manager.Store.BeforeCommit = writes =>
        {
            if (writes.Any(w => System.Text.Encoding.UTF8.GetString(w.Json.Span).Contains("\"attempt\":1,", StringComparison.Ordinal)))
            {
                throw new IOException("The network is away.");
            }
        };
        time.Advance(TimeSpan.FromSeconds(21));
        return Task.CompletedTask;
    }

    private static async Task AdvanceUntilAsync(ManualTime time, Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, CancellationToken.None);
        }
    }

    // Of this machine and boot, with a process id that no longer exists.
    private static string DeadWorker()
    {
        var parts = new WorkerIdentity().Id.Split('~');
        return string.Join('~', parts[0], parts[1], int.MaxValue.ToString(), "1");
    }
}
