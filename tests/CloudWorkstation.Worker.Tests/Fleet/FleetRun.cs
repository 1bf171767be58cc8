using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;
using CloudWorkstation.Worker.Tests.Parts;

namespace CloudWorkstation.Worker.Tests.Fleet;

/// <summary>One operation, as the api tells of it at the end.</summary>
internal sealed record FleetOperation(string Id, string Desktop, string State, int Attempts, TimeSpan Wait, double Finished);

/// <summary>What became of many operations that were queued at once.</summary>
/// <param name="Operations">Each of them, ended.</param>
/// <param name="Makespan">From the first request to the last end.</param>
/// <param name="Bound">The shortest time in which the slots could have done it.</param>
/// <param name="Kills">Workers killed meanwhile.</param>
/// <param name="WorkerCpu">Processor time of the workers themselves, without what they started; only where none was killed.</param>
internal sealed record FleetResult(IReadOnlyList<FleetOperation> Operations, TimeSpan Makespan, TimeSpan Bound, int Kills, TimeSpan WorkerCpu)
{
    /// <value>Of one worker that did nothing but run operations back to back, how much was reached.</value>
    public double Throughput => Bound / Makespan;
}

/// <summary>Queues operations on a cluster all at once and waits for the end of each, killing workers meanwhile where asked to.</summary>
internal sealed class FleetRun(Cluster cluster, Person person, TimeSpan apply, int slots)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public async Task<FleetResult> MeasureAsync(int count, TimeSpan? killEvery = null)
    {
        using var over = new CancellationTokenSource();
        var cpu = Cpu();
        var begun = Stopwatch.StartNew();
        var killing = killEvery is { } pause ? KillAsync(pause, over.Token) : Task.FromResult(0);
        var operations = new List<(string Desktop, string Operation)>();
        foreach (var part in Enumerable.Range(0, count).Chunk(AtOnce))
            operations.AddRange(await Task.WhenAll(part.Select(QueueAsync)));
        var ended = new List<FleetOperation>();
        foreach (var (desktop, operation) in operations)
            ended.Add(await EndOfAsync(desktop, operation));
        var makespan = begun.Elapsed;
        await over.CancelAsync();
        var kills = await killing;
        var laps = Math.Ceiling(count / (double)(slots * cluster.Workers.Count));
        return new FleetResult(ended, makespan, laps * apply, kills, kills == 0 ? Cpu() - cpu : TimeSpan.Zero);
    }

    private async Task<(string Desktop, string Operation)> QueueAsync(int number)
    {
        var answer = await person.PostAsync("/api/v1/desktops", new { template = SleepingTerraform.Template, name = $"Desktop {number}", parameters = new { } });
        answer.Status.ShouldBe(202, answer.ToString());
        return (answer.Body["desktop"]!["id"]!.GetValue<string>(), answer.Body["operation"]!["id"]!.GetValue<string>());
    }

    private async Task<FleetOperation> EndOfAsync(string desktop, string operation)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var body = (await person.GetAsync($"/api/v1/operations/{operation}")).Body;
            if (body["finishedAt"] is { } finished)
            {
                return new FleetOperation(
                    operation, desktop, body["state"]!.GetValue<string>(), body["attempt"]!.GetValue<int>(), Time(body["startedAt"]!) - Time(body["queuedAt"]!), Time(finished).ToUnixTimeMilliseconds() / 1000.0);
            }

            if (watch.Elapsed > Limit)
                throw new TimeoutException($"Operation {operation} never ended: {body.ToJsonString()}");
            await Task.Delay(100);
        }
    }

    /// <summary>kill -9, one worker after the other; each is started again at once, as an orchestrator would.</summary>
    private async Task<int> KillAsync(TimeSpan pause, CancellationToken over)
    {
        for (var kills = 0; ; kills++)
        {
            try
            {
                await Task.Delay(pause, over);
            }
            catch (OperationCanceledException)
            {
                return kills;
            }

            await cluster.RestartAsync(cluster.Workers[kills % cluster.Workers.Count]);
        }
    }

    private TimeSpan Cpu() => cluster.Workers.Aggregate(TimeSpan.Zero, (sum, worker) => sum + worker.Cpu);

    private static DateTimeOffset Time(JsonNode value) => DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture);
}
