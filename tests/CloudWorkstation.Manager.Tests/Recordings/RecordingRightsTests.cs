using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>Who sees what of a recording.</summary>
public sealed class RecordingRightsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Auditor = new("acc-auditor", "auditor", ["auditor"], [], "ses-auditor");
    private static readonly Actor Support = new("acc-support", "support", ["support"], [], "ses-support");

    [Fact(Timeout = 60_000)]
    public async Task The_owner_sees_that_and_when_but_not_what()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 1);
        (await session.Recordings.ListAsync(TestManager.Alice, new RecordingFilter(), None)).Value.Items.Single().Id.ShouldBe(session.Id);
        (await session.Recordings.ListAsync(TestManager.Alice, new RecordingFilter { Desktop = session.Desktop }, None)).Value.Items.Count.ShouldBe(1);
        (await session.Recordings.GetAsync(TestManager.Alice, session.Id, None)).Succeeded.ShouldBeTrue();
        (await session.Recordings.OpenAsync(TestManager.Alice, session.Id, new RecordingPart(), None)).Problem!.Code.ShouldBe("forbidden");
        (await session.Recordings.TimelineAsync(TestManager.Alice, session.Id, None)).Problem!.Code.ShouldBe("forbidden");
        (await session.Recordings.DeleteAsync(TestManager.Alice, session.Id, None)).Problem!.Code.ShouldBe("forbidden");
        (await session.Recordings.ListAsync(TestManager.Alice, new RecordingFilter { Everyone = true }, None)).Problem!.Code.ShouldBe("forbidden");
        (await TrailAsync(session)).Where(e => e.Result == AuditResults.Refused).Select(e => e.Action).Order(StringComparer.Ordinal)
            .ShouldBe([AuditActions.RecordingDelete, AuditActions.RecordingExport, AuditActions.RecordingView]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Others_and_the_help_desk_find_nothing()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        foreach (var actor in new[] { TestManager.Bob, Support })
        {
            (await session.Recordings.ListAsync(actor, new RecordingFilter(), None)).Value.Items.ShouldBeEmpty();
            (await session.Recordings.ListAsync(actor, new RecordingFilter { Desktop = session.Desktop }, None)).Value.Items.ShouldBeEmpty();
            (await session.Recordings.ListAsync(actor, new RecordingFilter { Owner = "acc-alice" }, None)).Value.Items.ShouldBeEmpty();
            (await session.Recordings.GetAsync(actor, session.Id, None)).Problem!.Code.ShouldBe("not_found");
            (await session.Recordings.OpenAsync(actor, session.Id, new RecordingPart(), None)).Problem!.Code.ShouldBe("not_found");
            (await session.Recordings.DeleteAsync(actor, session.Id, None)).Problem!.Code.ShouldBe("not_found");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_auditor_plays_everyones_and_each_sitting_is_on_record_once()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 2);
        (await session.Recordings.ListAsync(Auditor, new RecordingFilter { Everyone = true }, None)).Value.Items.Single().Id.ShouldBe(session.Id);
        (await session.Recordings.ListAsync(Auditor, new RecordingFilter { Owner = "acc-alice", Desktop = session.Desktop }, None)).Value.Items.Count.ShouldBe(1);
        await session.PlayAsync(Auditor);
        await session.PlayAsync(Auditor, 1000);
        time.Advance(TimeSpan.FromMinutes(11));
        await session.PlayAsync(Auditor);
        (await TrailAsync(session)).Count(e => e.Action == AuditActions.RecordingView && e.ActorName == "auditor").ShouldBe(2);
        (await session.Recordings.DeleteAsync(Auditor, session.Id, None)).Problem!.Code.ShouldBe("forbidden");
    }

    [Fact(Timeout = 60_000)]
    public async Task Parts_that_a_player_asks_for_at_the_same_time_are_one_sitting()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 2);
        var together = new TaskCompletionSource();
        var parts = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            await together.Task;
            await session.PlayAsync(Auditor);
        })).ToList();
        together.SetResult();
        await Task.WhenAll(parts);
        (await TrailAsync(session)).Count(e => e.Action == AuditActions.RecordingView).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_is_bounded_by_time_and_goes_on_from_its_cursor()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var first = await RecordedSession.OpenAsync(manager);
        time.Advance(TimeSpan.FromHours(1));
        var between = time.GetUtcNow() - TimeSpan.FromMinutes(30);
        var again = (await manager.Desktops.ConnectAsync(TestManager.Alice, first.Desktop, None)).Value.ConnectionId;
        var second = (await manager.Get<Manager.Desktops.IConnectionService>().OpenAsync(again, None)).Value.Recording!.Id;

        async Task<IReadOnlyList<string>> ListAsync(RecordingFilter filter) => [.. (await first.Recordings.ListAsync(Auditor, filter, None)).Value.Items.Select(r => r.Id)];
        (await ListAsync(new RecordingFilter { Everyone = true })).ShouldBe([second, first.Id]);
        (await ListAsync(new RecordingFilter { Everyone = true, From = between })).ShouldBe([second]);
        (await ListAsync(new RecordingFilter { Everyone = true, To = between })).ShouldBe([first.Id]);
        var page = (await first.Recordings.ListAsync(Auditor, new RecordingFilter { Everyone = true, Limit = 1 }, None)).Value;
        page.Items.Single().Id.ShouldBe(second);
        (await ListAsync(new RecordingFilter { Everyone = true, Limit = 1, Cursor = page.Cursor })).ShouldBe([first.Id]);
        (await first.Recordings.ListAsync(Auditor, new RecordingFilter { Owner = "alice", Cursor = page.Cursor }, None)).Problem!.Code.ShouldBe("invalid_cursor");
    }

    private static async Task<IReadOnlyList<AuditEntry>> TrailAsync(RecordedSession session) =>
        (await session.Manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, new AuditFilter { Target = $"recording/{session.Id}", Limit = 100 }, None)).Value.Items;
}
