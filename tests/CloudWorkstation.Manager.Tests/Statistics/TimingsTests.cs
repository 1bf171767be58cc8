using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Statistics.Timings;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Tests.Parts;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Statistics;

/// <summary>Medians of starts, and what they say to somebody who waits.</summary>
public sealed class TimingsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Parts.ManualTime time = new();

    [Fact(Timeout = 60_000)]
    public async Task Starts_are_summed_up_by_kind_and_version_with_the_looks_beside_them()
    {
        await using var manager = new TestManager(time: time);
        await CountAsync(manager, [.. Enumerable.Range(1, 10).Select(i => Start(OperationKind.Create, i <= 5 ? "v1" : "v2", i, ("queue", 100), ("apply", i * 1000))), Start(OperationKind.Start, "v2", 11, ("apply", 700))]);
        await CountAsync(manager, looks: [StartSample.Look(OperationKind.Create, "v2", Noon, Noon.AddMilliseconds(40), Noon.AddMilliseconds(100))]);

        var timings = await ReadAsync(manager);

        timings.Items.Select(i => (i.Kind, i.Version, i.Starts, i.Total)).ShouldBe(
        [
            (OperationKind.Create, null, 10, new TimingPercentiles(5100, 9100)),
            (OperationKind.Create, "v2", 5, new TimingPercentiles(8100, 10_100)),
            (OperationKind.Create, "v1", 5, new TimingPercentiles(3100, 5100)),
            (OperationKind.Start, null, 1, new TimingPercentiles(700, 700)),
            (OperationKind.Start, "v2", 1, new TimingPercentiles(700, 700)),
        ]);
        timings.Items[1].Phases.ShouldBe([new("queue", 5, 100, 100), new("apply", 5, 8000, 10_000), new("connect", 1, 40, 40), new("frame", 1, 60, 60)]);
        timings.Items[2].Phases.Select(p => p.Name).ShouldBe(["queue", "apply"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task However_many_start_only_the_latest_of_each_kind_are_kept()
    {
        await using var manager = new TestManager(time: time);
        await CountAsync(manager, [.. Enumerable.Range(1, 70).Select(i => Start(OperationKind.Create, "v", i, ("apply", i))), Start(OperationKind.Start, "v", 71, ("apply", 5))]);

        var timings = await ReadAsync(manager);

        timings.Items.Where(i => i.Version is null).Select(i => (i.Kind, i.Starts)).ShouldBe([(OperationKind.Create, TemplateTimes.KeptOfAKind), (OperationKind.Start, 1)]);
        timings.Items[0].From.ShouldBe(Noon.AddMinutes(21));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_kept_of_a_template_is_small()
    {
        var times = new TemplateTimes("a-template");
        foreach (var kind in new[] { OperationKind.Create, OperationKind.Start, OperationKind.Repair })
        {
            for (var i = 0; i < 80; i++)
            {
                var phases = new[] { "earlier", "queue", "power", "workspace", "init", "apply", "proxy", "boot", "readiness", "route" }.Select(p => (p, 123_456));
                times = times.With(Start(kind, new string('f', 64), i, [.. phases]), StartSample.Look(kind, new string('f', 64), Noon, Noon.AddSeconds(1), Noon.AddSeconds(2)));
            }
        }

        await using var manager = new TestManager(time: time);
        manager.Get<UsageDocuments>().Times.Add(times).Json.Length.ShouldBeLessThan(60_000);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_who_reads_statistics_reads_them_and_an_unknown_template_is_not_found()
    {
        await using var manager = new TestManager(time: time);
        var service = manager.Get<ITimingsService>();
        foreach (var (role, allowed) in new[] { ("user", false), ("support", false), ("template-author", true), ("auditor", true), ("admin", true) })
        {
            (await service.ReadAsync(new Actor("acc-x", "x", [role], []), "local-vnc", None)).Succeeded.ShouldBe(allowed, role);
        }

        (await service.ReadAsync(TestManager.Admin, "nothing", None)).Problem!.Code.ShouldBe("not_found");
        (await service.ReadAsync(TestManager.Admin, "local-vnc", None)).Value.Items.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_start_and_a_stop_count_for_nothing()
    {
        await using var manager = new TestManager(time: time);
        manager.Terraform.NextFails(Manager.Terraform.TerraformFailureKind.Template);
        await manager.RunAsync((await manager.CreateAsync(TestManager.Alice)).Operation!.Id);

        await CountAsync(manager, []);

        (await ReadAsync(manager)).Items.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_start_counts_for_nothing_and_an_update_of_one_that_runs_counts_for_updates()
    {
        await using var manager = new TestManager(time: time);
        var begun = manager.Terraform.NextWaitsForCancel();
        var cancelled = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;
        var run = manager.RunAsync(cancelled);
        await begun;
        await manager.Operations.CancelAsync(TestManager.Alice, cancelled, None);
        await run;
        await CountAsync(manager, []);
        (await ReadAsync(manager)).Items.ShouldBeEmpty();

        var operation = AnOperation(OperationKind.Update, OperationState.Succeeded) with { FinishedAt = Noon.AddSeconds(3) };
        StartSample.Of(operation, "v")!.Total.ShouldBe(3000);
        foreach (var state in new[] { OperationState.Failed, OperationState.Cancelled, OperationState.Running })
        {
            StartSample.Of(operation with { State = state }, "v").ShouldBeNull();
        }

        StartSample.Of(operation with { Kind = OperationKind.Stop }, "v").ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task With_few_starts_of_the_version_those_of_all_versions_are_the_basis()
    {
        await using var manager = new TestManager(time: time);
        await CountAsync(manager, [Start(OperationKind.Create, "old", 1, ("apply", 4000)), Start(OperationKind.Create, "new", 2, ("apply", 8000)), Start(OperationKind.Create, "new", 3, ("apply", 8000))]);
        var estimates = manager.Get<StartEstimates>();
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!;

        (await estimates.OfAsync(operation, "new", operation.QueuedAt, None)).ShouldBe(new StartEstimate(8, 8, false, "template", 3));
        await CountAsync(manager, [Start(OperationKind.Create, "new", 4, ("apply", 6000))]);
        (await estimates.OfAsync(operation, "new", operation.QueuedAt, None)).ShouldBe(new StartEstimate(8, 8, false, "version", 3));
    }

    [Fact]
    public void Time_spent_waiting_in_a_queue_does_not_eat_up_what_comes_after_it()
    {
        StartSample[] starts = [.. Enumerable.Range(1, 5).Select(i => Start(OperationKind.Create, "v", i, ("queue", i * 1000), ("apply", 10_000)))];

        Of(starts, 3500, "queue").ShouldBe((10.5, false));
        Of(starts, 90_000, "queue").ShouldBe((null, true));
        Of(starts, 4000, "apply").ShouldBe((6, false));
        Of(starts, 11_000, "apply").ShouldBe((null, true));
    }

    [Fact]
    public void A_step_that_most_starts_do_not_have_is_not_counted_on()
    {
        StartSample[] starts = [Start(OperationKind.Create, "v", 1, ("queue", 0), ("apply", 1000), ("proxy", 60_000)), .. Enumerable.Range(2, 3).Select(i => Start(OperationKind.Create, "v", i, ("queue", 0), ("apply", 1000)))];

        Of(starts, 0, "queue").ShouldBe((1, false));
    }

    [Fact]
    public void Whatever_was_measured_an_estimate_is_never_negative_and_says_so_when_it_does_not_know()
    {
        var gen = from count in Gen.Choose(1, 60)
                  from taken in Gen.ListOf(Gen.Choose(0, 100_000), count)
                  from elapsed in Gen.Choose(0, 200_000)
                  select (taken, elapsed);
        Prop.ForAll(gen.ToArbitrary(), x =>
        {
            var (remaining, overdue) = Of([.. x.taken.Select((t, i) => Start(OperationKind.Create, "v", i, ("queue", t), ("apply", t / 2)))], x.elapsed, "queue");
            return overdue ? remaining is null && x.elapsed > x.taken.Max() : remaining >= 0;
        }).QuickCheckThrowOnFailure();
    }

    private static (double? Remaining, bool Overdue) Of(IReadOnlyList<StartSample> starts, int elapsed, string step)
    {
        var operation = AnOperation(OperationKind.Create, step == "queue" ? OperationState.Queued : OperationState.Running) with
        {
            Progress = new OperationProgress { Timeline = [new TimelineStep(step, Noon, null)] },
        };
        var estimate = StartEstimates.Of(starts, "version", operation, Noon.AddMilliseconds(elapsed));
        return (estimate.RemainingSeconds, estimate.Overdue);
    }

    private static Operation AnOperation(OperationKind kind, OperationState state) => new()
    {
        Id = "x",
        Desktop = "d",
        DesktopName = "d",
        Owner = "o",
        Template = "t",
        Kind = kind,
        State = state,
        RequestedBy = "o",
        QueuedAt = Noon,
    };

    private static StartSample Start(OperationKind kind, string version, int minute, params (string Name, int Milliseconds)[] phases) => new(
        kind, StartSample.Short(version), Noon.AddMinutes(minute), phases.Sum(p => p.Milliseconds), new(phases.ToDictionary(p => p.Name, p => p.Milliseconds), StringComparer.Ordinal));

    /// <summary>As the counting does it.</summary>
    private async Task CountAsync(TestManager manager, IReadOnlyList<StartSample>? starts = null, IReadOnlyList<StartSample>? looks = null)
    {
        var facts = manager.Get<UsageFacts>();
        var (ids, at) = (manager.Get<SortableIds>(), Noon);
        DocumentWrite[] writes =
        [
            .. (starts ?? []).Select(s => facts.Facts.Add(new UsageFact { Id = ids.Next(), At = at, Owner = "acc-alice", Template = "local-vnc", Start = s })),
            .. (looks ?? []).Select(l => facts.Facts.Add(new UsageFact { Id = ids.Next(), At = at, Owner = "acc-alice", Template = "local-vnc", Look = l })),
        ];
        if (writes.Length > 0)
        {
            (await manager.Get<IDocumentStore>().CommitAsync(writes, None)).Committed.ShouldBeTrue();
        }

        // What has just happened waits for a moment before it is counted.
        time.Advance(TimeSpan.FromSeconds(10));
        TestStore.Settle(manager.Paths.Root);
        (await manager.Get<UsageCounter>().CountAsync(None)).ShouldBeTrue();
    }

    private static async Task<TemplateTimings> ReadAsync(TestManager manager) =>
        (await manager.Get<ITimingsService>().ReadAsync(TestManager.Admin, "local-vnc", None)).Value;
}
