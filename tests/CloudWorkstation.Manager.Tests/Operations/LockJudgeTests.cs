using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Operations;

/// <summary>Which holders of a state's lock are over: by the fencing token, and by nothing else.</summary>
public sealed class LockJudgeTests
{
    private static readonly DateTimeOffset TakenUp = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    [Fact(Timeout = 60_000)]
    public async Task An_earlier_attempt_of_the_same_operation_is_over_since_we_took_it_up()
    {
        await using var manager = new TestManager();
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation! with { Attempt = 3 };

        (await JudgeAsync(manager, operation, new(operation.Id, 2, "w"))).ShouldBe(TakenUp);
        (await JudgeAsync(manager, operation, new(operation.Id, 3, "w"))).ShouldBeNull();
        (await JudgeAsync(manager, operation, new(operation.Id, 4, "w"))).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_operation_that_ended_is_over_since_its_end()
    {
        await using var manager = new TestManager();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        await manager.RunAsync(accepted.Operation!.Id);
        var ended = await manager.OperationAsync(accepted.Operation.Id);

        var judged = await JudgeAsync(manager, ended with { Id = "another" }, new(ended.Id, 1, "w"));

        judged.ShouldBe(ended.FinishedAt);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_assumed_of_an_operation_that_goes_on_is_unknown_or_is_of_another_desktop()
    {
        await using var manager = new TestManager();
        var running = (await manager.CreateAsync(TestManager.Alice)).Operation!;
        var elsewhere = await manager.CreateAsync(TestManager.Bob);
        await manager.RunAsync(elsewhere.Operation!.Id);

        (await JudgeAsync(manager, running with { Id = "another" }, new(running.Id, 0, "w"))).ShouldBeNull();
        (await JudgeAsync(manager, running, new("unknown", 1, "w"))).ShouldBeNull();
        (await JudgeAsync(manager, running, new(elsewhere.Operation.Id, 1, "w"))).ShouldBeNull();
    }

    private static Task<DateTimeOffset?> JudgeAsync(TestManager manager, Operation ours, RunHolder holder) =>
        new LockJudge(manager.Get<OperationDocuments>(), ours, TakenUp).OverSinceAsync(holder, TestContext.Current.CancellationToken);
}
