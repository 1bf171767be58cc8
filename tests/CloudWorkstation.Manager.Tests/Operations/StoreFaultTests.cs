using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Operations;

/// <summary>What becomes of operations when the store throttles, loses answers, or is away.</summary>
public sealed class StoreFaultTests
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task When_the_store_hangs_for_longer_than_the_lease_Terraform_is_asked_to_end_and_then_killed_before_another_may_begin()
    {
        await using var manager = new TestManager(settings: QuickLease(), faults: true);
        var asked = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        manager.Terraform.Next(async (_, _, cancel, kill) =>
        {
            cancel.Register(() => asked.TrySetResult());
            kill.Register(() => killed.TrySetResult());
            begun.SetResult();
            await killed.Task;
            asked.Task.IsCompleted.ShouldBeTrue();
            return new TerraformOutcome { Failure = TerraformFailureKind.Cancelled };
        });
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var first = manager.RunAsync(accepted.Operation!.Id);
        await begun.Task.WaitAsync(Patience, Token);

        manager.Faults.Hang();
        await asked.Task.WaitAsync(Patience, Token);
        await killed.Task.WaitAsync(Patience, Token);
        manager.Faults.Return();
        await first.WaitAsync(Patience, Token);

        // What was on its way when the store came back may have extended the lease once more.
        await TestManager.Until(async () => (await manager.OperationAsync(accepted.Operation.Id)).LeaseUntil < DateTimeOffset.UtcNow, "the lease to pass");
        await manager.RunAsync(accepted.Operation.Id);
        var ended = await manager.OperationAsync(accepted.Operation.Id);
        (ended.State, ended.Attempt, ended.Failures).ShouldBe((OperationState.Succeeded, 2, 0));
    }

    [Fact(Timeout = Limit)]
    public async Task A_store_that_comes_back_within_the_lease_disturbs_nothing()
    {
        await using var manager = new TestManager(settings: QuickLease("00:00:40"), faults: true);
        var (begun, release) = manager.Terraform.NextHangs();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        var run = manager.RunAsync(accepted.Operation!.Id);
        await begun;
        manager.Faults.Hang();
        await Task.Delay(TimeSpan.FromSeconds(1), Token);

        release.SetResult();
        manager.Faults.Return();
        await run;

        var ended = await manager.OperationAsync(accepted.Operation.Id);
        (ended.State, ended.Attempt).ShouldBe((OperationState.Succeeded, 1));
    }

    [Fact(Timeout = Limit)]
    public async Task A_store_that_is_away_when_a_run_begins_makes_the_operation_wait_and_not_fail()
    {
        await using var manager = new TestManager(settings: QuickLease(), faults: true);
        var accepted = await manager.CreateAsync(TestManager.Alice);
        manager.Terraform.Next((_, _, _, _) => throw new StoreUnavailableException("unreachable", "The store cannot be reached.", "Wait."));

        await manager.RunAsync(accepted.Operation!.Id);
        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Queued);
        await manager.RunAsync(accepted.Operation.Id);

        (await manager.OperationAsync(accepted.Operation.Id)).State.ShouldBe(OperationState.Succeeded);
    }

    [Fact(Timeout = Limit)]
    public async Task With_one_call_in_five_refused_or_its_answer_lost_every_operation_succeeds_and_its_log_has_no_gap()
    {
        await using var manager = new TestManager(jobs: true, settings: QuickLease("00:00:10"), faults: true);
        await manager.Host.StartAsync(Token);
        var accepted = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            accepted.Add((await manager.CreateAsync(TestManager.Alice, $"Desktop {i}")).Operation!.Id);
        }

        manager.Faults.Faults = 0.2;
        var ended = new List<Operation>();
        foreach (var operation in accepted)
        {
            ended.Add(await EndAsync(manager, operation));
        }

        manager.Faults.Faults = 0;
        manager.Faults.Seen.ShouldBeGreaterThan(3);
        foreach (var operation in ended)
        {
            operation.State.ShouldBe(OperationState.Succeeded, operation.Failure?.Message);
            var lines = (await manager.Operations.LogAsync(TestManager.Alice, operation.Id, 0, 500, Token)).Value;
            lines.Select(l => l.Sequence).ShouldBe(Enumerable.Range(1, (int)operation.LogLength).Select(n => (long)n));
        }
    }

    private static async Task<Operation> EndAsync(TestManager manager, string id)
    {
        while (true)
        {
            try
            {
                var operation = await manager.OperationAsync(id);
                if (!operation.IsActive)
                {
                    return operation;
                }
            }
            catch (StoreUnavailableException)
            {
                // The reader is refused as well.
            }

            await Task.Delay(50, Token);
        }
    }

    private static Dictionary<string, string?> QuickLease(string lease = "00:00:02") => new()
    {
        ["Jobs:Lease"] = lease,
        ["Jobs:Heartbeat"] = "00:00:00.200",
    };
}
