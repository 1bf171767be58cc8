using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Jobs;

/// <summary>With real Quartz on a real SQLite file.</summary>
public sealed class JobTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task An_accepted_operation_runs_by_itself()
    {
        await using var manager = await StartedAsync();

        var accepted = await manager.CreateAsync(TestManager.Alice);

        (await manager.EndAsync(accepted.Operation!.Id)).State.ShouldBe(OperationState.Succeeded);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_that_passes_by_itself_ends_well()
    {
        await using var manager = await StartedAsync();
        manager.Terraform.NextFails(TerraformFailureKind.Network);

        var accepted = await manager.CreateAsync(TestManager.Alice);

        var operation = await manager.EndAsync(accepted.Operation!.Id);
        operation.State.ShouldBe(OperationState.Succeeded);
        operation.Attempt.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_sweeper_hands_over_what_was_queued_without_a_job()
    {
        await using var api = new TestManager();
        var accepted = await api.CreateAsync(TestManager.Alice);

        await using var worker = new TestManager(api, jobs: true);
        await worker.Host.StartAsync(None);

        (await worker.EndAsync(accepted.Operation!.Id)).State.ShouldBe(OperationState.Succeeded);
    }

    [Fact(Timeout = 60_000)]
    public async Task Handing_over_twice_runs_once()
    {
        await using var manager = await StartedAsync();
        var (begun, release) = manager.Terraform.NextHangs();
        var accepted = await manager.CreateAsync(TestManager.Alice);
        await begun;

        await manager.Get<IJobQueue>().EnqueueAsync(accepted.Operation!, None);
        await manager.Get<IJobQueue>().EnqueueAsync(accepted.Operation!, None);
        release.SetResult();

        (await manager.EndAsync(accepted.Operation!.Id)).Attempt.ShouldBe(1);
        manager.Terraform.Calls.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_for_a_slot_begins_when_one_becomes_free_and_not_at_some_later_look()
    {
        await using var manager = await StartedAsync(new() { ["Jobs:Slots"] = "1", ["Jobs:Sweep"] = "00:10:00" });
        var (begun, release) = manager.Terraform.NextHangs();
        var accepted = new List<string> { (await manager.CreateAsync(TestManager.Alice, "First")).Operation!.Id };
        await begun;
        accepted.Add((await manager.CreateAsync(TestManager.Alice, "Second")).Operation!.Id);
        accepted.Add((await manager.CreateAsync(TestManager.Alice, "Third")).Operation!.Id);

        release.SetResult();

        // Quartz's own look comes after half a minute; this waits for half a minute at most, for all three.
        foreach (var operation in accepted)
        {
            (await manager.EndAsync(operation)).State.ShouldBe(OperationState.Succeeded);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task No_more_operations_run_at_once_than_there_are_slots()
    {
        await using var manager = await StartedAsync(new() { ["Jobs:Slots"] = "2" });
        var running = 0;
        var most = 0;
        for (var i = 0; i < 5; i++)
        {
            manager.Terraform.Next(async (_, _, _, _) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Delay(50, None);
                Interlocked.Decrement(ref running);
                return manager.Terraform.Success();
            });
        }

        var actors = Enumerable.Range(0, 5).Select(i => new Actor($"acc-{i}", $"user{i}", ["user"], [])).ToList();
        var operations = new List<string>();
        foreach (var actor in actors)
        {
            operations.Add((await manager.CreateAsync(actor)).Operation!.Id);
        }

        foreach (var operation in operations)
        {
            (await manager.EndAsync(operation)).State.ShouldBe(OperationState.Succeeded);
        }

        most.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stopping_host_hands_back_and_the_next_one_finishes()
    {
        await using var directory = new TestManager();
        var first = new TestManager(directory, jobs: true);
        await first.Host.StartAsync(None);
        var begun = first.Terraform.NextWaitsForCancel();
        var accepted = await first.CreateAsync(TestManager.Alice);
        await begun;
        await first.DisposeAsync();
        (await directory.OperationAsync(accepted.Operation!.Id)).State.ShouldBe(OperationState.Queued);

        await using var second = new TestManager(directory, jobs: true);
        await second.Host.StartAsync(None);

        var operation = await second.EndAsync(accepted.Operation.Id);
        operation.State.ShouldBe(OperationState.Succeeded);
        operation.Attempt.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_running_desktop_whose_screen_is_gone_is_repaired_at_the_start()
    {
        await using var api = new TestManager();
        var desktop = await api.BuildAsync(TestManager.Alice);
        api.StopScreen();
        TestStore.Settle(api.Paths.Root);

        await using var worker = new TestManager(api, jobs: true);
        await worker.Host.StartAsync(None);

        await TestManager.Until(async () => (await worker.ReadAsync(desktop.Id)).Connection?.Port == worker.ScreenPort, "the repair");
        var operations = (await worker.Operations.ListAsync(TestManager.Alice, new OperationFilter(desktop.Id, null, 10, null), None)).Value.Items;
        operations[0].Kind.ShouldBe(OperationKind.Repair);
        operations[0].RequestedBy.ShouldBe("system");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_jobs_database_is_for_its_owner_only()
    {
        await using var manager = await StartedAsync();
        await manager.EndAsync((await manager.CreateAsync(TestManager.Alice)).Operation!.Id);

        var files = Directory.EnumerateFiles(manager.Paths.Root, "jobs.db*").ToArray();
        files.ShouldContain(manager.Paths.JobsDatabase);
        files.ShouldAllBe(f => IsPrivateOrGone(f));
    }

    // SQLite's journal comes and goes.
    private static bool IsPrivateOrGone(string file)
    {
        try
        {
            return File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (FileNotFoundException)
        {
            return true;
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private static async Task<TestManager> StartedAsync(Dictionary<string, string?>? settings = null)
    {
        var manager = new TestManager(jobs: true, settings: settings);
        await manager.Host.StartAsync(None);
        return manager;
    }
}
