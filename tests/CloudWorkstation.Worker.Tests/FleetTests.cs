using CloudWorkstation.Worker.Tests.Fleet;
using CloudWorkstation.Worker.Tests.Parts;

namespace CloudWorkstation.Worker.Tests;

/// <summary>The benchmark <c>fleet</c> in small: it holds what must be true, and leaves the figures to the benchmark.</summary>
public sealed class FleetTests
{
    [Fact(Timeout = 900_000)]
    public async Task Of_operations_queued_at_once_none_is_lost_or_run_twice_when_a_worker_is_killed()
    {
        const int Count = 20;
        const int Slots = 4;
        var apply = TimeSpan.FromSeconds(1);
        using var terraform = new SleepingTerraform(apply);
        await using var cluster = await Cluster.StartAsync(settings: FleetSettings.Of(terraform, Slots));
        using var person = await cluster.AdminAsync();

        var result = await new FleetRun(cluster, person, apply, Slots).MeasureAsync(Count, killEvery: TimeSpan.FromSeconds(3));

        result.Kills.ShouldBeGreaterThan(0);
        result.Operations.Where(operation => operation.State != "succeeded").ShouldBeEmpty();
        result.Operations.Select(operation => operation.Id).Distinct().Count().ShouldBe(Count);
        terraform.Twice.ShouldBe(0, "two runs of one desktop were alive at once");
        var runs = terraform.Runs();
        foreach (var operation in result.Operations)
        {
            var own = runs.Where(run => run.Desktop == operation.Desktop).ToList();
            own.Count.ShouldBeLessThanOrEqualTo(operation.Attempts, "an attempt applies once");
            own[^1].Ended.ShouldNotBeNull("the last apply came to its end");
        }

        result.Operations.Count(operation => operation.Attempts > 1).ShouldBeLessThanOrEqualTo(result.Kills * Slots, "only what a killed worker had in hand is taken up again");
    }
}
