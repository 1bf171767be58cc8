using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Operations;

/// <summary>
/// Random sequences of requests, runs, failures and crashes between any two commits: the counter always equals the number of desktops, a
/// desktop never has more than one active operation, and everything that was accepted comes to an end.
/// </summary>
public sealed class InvariantTests
{
    private const int Kinds = 9;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 300_000)]
    public async Task Counters_and_active_operations_hold_whatever_happens()
    {
        var steps = Gen.Choose(0, (Kinds * 8) - 1).ArrayOf(25);
        foreach (var (sequence, index) in steps.Sample(12).Select((s, i) => (s, i)))
        {
            await using var world = new World();
            foreach (var step in sequence)
            {
                await world.StepAsync(step % Kinds, step / Kinds);
                await world.CheckAsync($"sequence {index}: {string.Join(' ', sequence)}");
            }

            await world.SettleAsync();
            await world.CheckAsync($"settled {index}");
        }
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly ManualTime time = new();
        private readonly TestManager manager;
        private int commits;

        public World() => manager = new TestManager(time: time);

        public async Task StepAsync(int kind, int argument)
        {
            var desktops = await AllAsync();
            var target = desktops.Count > 0 ? desktops[argument % desktops.Count] : null;
            switch (kind)
            {
                case 0 or 1:
                    await manager.Desktops.CreateAsync(TestManager.Alice, new CreateDesktop(argument % 2 == 0 ? "local-vnc" : "tiny", "D", new Dictionary<string, System.Text.Json.JsonElement>()), None);
                    break;
                case 2 when target is not null:
                    await manager.Desktops.ChangeAsync(TestManager.Alice, target.Id, new ChangeDesktop { Power = argument % 2 == 0 ? Power.On : Power.Off }, None);
                    break;
                case 3 when target is not null:
                    await manager.Desktops.DeleteAsync(TestManager.Alice, target.Id, null, None);
                    break;
                case 4 when target?.ActiveOperation is { } active:
                    await manager.Operations.CancelAsync(TestManager.Alice, active, None);
                    break;
                case 5 when target?.Failure is { } failure:
                    await manager.Operations.RetryAsync(TestManager.Alice, failure.Operation, None);
                    break;
                case 6 when target?.ActiveOperation is { } active:
                    manager.Terraform.NextFails(argument % 2 == 0 ? TerraformFailureKind.Throttled : TerraformFailureKind.Template);
                    await manager.RunAsync(active);
                    break;
                case 7 when target?.ActiveOperation is { } active:
                    await CrashAsync(active, argument);
                    break;
                case 8 when target?.ActiveOperation is { } active:
                    await manager.RunAsync(active);
                    break;
            }

            time.Advance(TimeSpan.FromSeconds(30));
        }

        /// <summary>The attempt dies at its n-th commit, before or after it is done: its worker never writes again.</summary>
        private async Task CrashAsync(string operation, int at)
        {
            commits = 0;
            var dead = false;
            void Die(bool after)
            {
                dead |= (after ? commits : ++commits) == (at / 2) + 1 && after == (at % 2 == 1);
                if (dead)
                {
                    throw new OperationCanceledException("The process was killed.");
                }
            }

            manager.Store.BeforeCommit = _ => Die(after: false);
            manager.Store.AfterCommit = _ => Die(after: true);
            var run = manager.RunAsync(operation);
            while (!run.IsCompleted)
            {
                // A dead worker's waits pass too; it must give up by itself once its lease is over.
                time.Advance(TimeSpan.FromSeconds(30));
                await Task.WhenAny(run, Task.Delay(2, None));
            }

            await run.ContinueWith(static _ => { }, TaskScheduler.Default);
            manager.Store.BeforeCommit = null;
            manager.Store.AfterCommit = null;
            time.Advance(TimeSpan.FromMinutes(1));
        }

        public async Task SettleAsync()
        {
            for (var round = 0; round < 10; round++)
            {
                foreach (var desktop in await AllAsync())
                {
                    if (desktop.ActiveOperation is { } active)
                    {
                        await manager.RunAsync(active);
                    }
                }

                time.Advance(TimeSpan.FromMinutes(5));
            }

            (await AllAsync()).ShouldAllBe(d => d.ActiveOperation == null);
            foreach (var state in new[] { OperationState.Queued, OperationState.Running })
            {
                (await manager.Operations.ListAsync(TestManager.Admin, new OperationFilter(null, state, 100, null), None)).Value.Items.ShouldBeEmpty();
            }
        }

        public async Task CheckAsync(string where)
        {
            var desktops = await AllAsync();
            var use = await manager.Get<Quotas>().UseAsync(TestManager.Alice, None);
            use.Sum(u => u.Used).ShouldBe(desktops.Count, where);
            use.ShouldAllBe(u => u.Used <= 3);
            foreach (var desktop in desktops)
            {
                var active = (await manager.Operations.ListAsync(TestManager.Alice, new OperationFilter(desktop.Id, null, 200, null), None)).Value.Items.Where(o => o.IsActive).ToList();
                active.Count.ShouldBeLessThanOrEqualTo(1, where);
                active.SingleOrDefault()?.Id.ShouldBe(desktop.ActiveOperation, where);
            }
        }

        public ValueTask DisposeAsync() => manager.DisposeAsync();

        private async Task<IReadOnlyList<Desktop>> AllAsync() =>
            [.. (await manager.Desktops.ListAsync(TestManager.Alice, new DesktopFilter { Limit = 100 }, None)).Value.Items.Select(v => v.Desktop)];
    }
}
