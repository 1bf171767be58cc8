using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>Proxies that die, time that is over, processes that are killed in between.</summary>
public sealed class RecordingEndTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ConnectionReport Quiet = new(null, 10, 20, null);

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_that_is_killed_leaves_a_recording_that_ends_by_itself_and_plays()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 4);
        await session.RoundAsync();
        (await session.ReadAsync()).State.ShouldBe(RecordingState.Recording);

        time.Advance(TimeSpan.FromMinutes(3));
        await session.RoundAsync();

        var recording = await session.ReadAsync();
        (recording.State, recording.Chunks, recording.DurationMilliseconds).ShouldBe((RecordingState.Broken, 4u, 3000L));
        (await session.PlayAsync(TestManager.Admin)).Count.ShouldBe(4);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_whose_proxy_reports_is_left_alone_however_long_it_lasts()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var session = await RecordedSession.OpenAsync(manager);
        for (var minute = 0; minute < 5; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            (await manager.Get<IConnectionService>().ReportAsync(session.Connection, Quiet, None)).Succeeded.ShouldBeTrue();
            await session.RoundAsync();
        }

        (await session.ReadAsync()).State.ShouldBe(RecordingState.Recording);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clock_that_is_set_ends_no_recording_whose_proxy_lives()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var session = await RecordedSession.OpenAsync(manager);
        await session.RoundAsync();
        time.Step(TimeSpan.FromHours(1));
        await session.RoundAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await session.RoundAsync();
        (await session.ReadAsync()).State.ShouldBe(RecordingState.Recording);
        (await manager.Get<IConnectionService>().ReportAsync(session.Connection, Quiet, None)).Succeeded.ShouldBeTrue();
        time.Advance(TimeSpan.FromMinutes(1.5));
        await session.RoundAsync();
        (await session.ReadAsync()).State.ShouldBe(RecordingState.Recording);

        time.Advance(TimeSpan.FromMinutes(2));
        await session.RoundAsync();
        (await session.ReadAsync()).State.ShouldBe(RecordingState.Broken);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_an_api_that_was_killed_in_the_middle_of_a_chunk_has_left_goes_when_the_recording_ends()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 2);
        var directory = Path.Combine(manager.Paths.Recordings, session.Id);
        await File.WriteAllTextAsync(Path.Combine(directory, "00000002.chunk.4711.tmp"), "half of it", None);

        await session.Intake.CompleteAsync(session.Id, 2, "closed", None);

        (await session.ReadAsync()).State.ShouldBe(RecordingState.Complete);
        Directory.EnumerateFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["00000000.chunk", "00000001.chunk"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_connection_that_closed_without_its_recording_gets_a_minute_and_then_it_ends()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var session = await RecordedSession.OpenAsync(manager);
        await manager.Get<IConnectionService>().CloseAsync(session.Connection, "closed", Quiet, None);
        time.Advance(TimeSpan.FromSeconds(30));
        await session.RoundAsync();
        (await session.ReadAsync()).State.ShouldBe(RecordingState.Recording);
        time.Advance(TimeSpan.FromSeconds(31));
        await session.RoundAsync();
        var recording = await session.ReadAsync();
        (recording.State, recording.Chunks, recording.DurationMilliseconds).ShouldBe((RecordingState.Broken, 0u, 0L));
        (await session.PlayAsync(TestManager.Admin)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_recording_goes_when_its_days_are_over_and_not_before()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var session = await RecordedSession.OpenAsync(manager, days: 7);
        await session.PutAsync(0, 3);
        await session.Intake.CompleteAsync(session.Id, 3, "closed", None);
        time.Advance(TimeSpan.FromDays(6.9));
        await session.RoundAsync();
        (await session.PlayAsync(TestManager.Admin)).Count.ShouldBe(3);

        time.Advance(TimeSpan.FromDays(0.2));
        await session.RoundAsync();

        await ShouldBeGoneAsync(session);
        var told = (await manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, new AuditFilter { Target = $"recording/{session.Id}", From = DateTimeOffset.MinValue, Limit = 50 }, None)).Value.Items;
        told.Count(e => e.Action == AuditActions.RecordingExpire && e.ActorName == "system").ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_that_goes_on_is_not_deleted_and_one_that_ended_is_by_who_may()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 1);
        (await session.Recordings.DeleteAsync(TestManager.Admin, session.Id, None)).Problem!.Code.ShouldBe("conflict");
        await session.Intake.CompleteAsync(session.Id, 1, "closed", None);
        (await session.Recordings.DeleteAsync(TestManager.Admin, session.Id, None)).Succeeded.ShouldBeTrue();
        await ShouldBeGoneAsync(session);
        (await session.Recordings.DeleteAsync(TestManager.Admin, session.Id, None)).Problem!.Code.ShouldBe("not_found");
    }

    [Fact(Timeout = 300_000)]
    public async Task A_process_that_is_killed_between_any_two_writes_of_a_deletion_leaves_one_that_the_next_round_finishes()
    {
        for (var cut = 0; ; cut++)
        {
            await using var manager = new TestManager();
            var session = await RecordedSession.OpenAsync(manager);
            await session.PutAsync(0, 3);
            await session.Intake.CompleteAsync(session.Id, 3, "closed", None);

            var died = await DiesAsync(manager, cut, () => session.Recordings.DeleteAsync(TestManager.Admin, session.Id, None));

            // What may be seen of it after the first commit is nothing any more, and a round ends it for good.
            await session.RoundAsync();
            var gone = (await session.Recordings.GetAsync(TestManager.Admin, session.Id, None)).Problem is not null;
            if (gone)
            {
                await ShouldBeGoneAsync(session);
            }
            else
            {
                (await session.PlayAsync(TestManager.Admin)).Count.ShouldBe(3, "nothing was written, so nothing is half gone");
            }

            if (!died)
            {
                gone.ShouldBeTrue();
                break;
            }
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_process_that_is_killed_between_any_two_writes_of_an_ending_leaves_one_that_can_still_be_ended()
    {
        for (var cut = 0; ; cut++)
        {
            var time = new ManualTime();
            await using var manager = new TestManager(time: time);
            var session = await RecordedSession.OpenAsync(manager);
            await session.PutAsync(0, 3);

            var died = await DiesAsync(manager, cut, () => session.Intake.CompleteAsync(session.Id, 3, "closed", None));

            time.Advance(TimeSpan.FromMinutes(3));
            await session.RoundAsync();
            (await session.ReadAsync()).State.ShouldBeOneOf(RecordingState.Complete, RecordingState.Broken);
            (await session.PlayAsync(TestManager.Admin)).Count.ShouldBe(3);
            (await manager.Get<RecordingDocuments>().Usage.GetAsync(RecordingUsage.All, None))!.Value.Bytes.ShouldBe((await session.ReadAsync()).Bytes!.Value);
            if (!died)
            {
                break;
            }
        }
    }

    /// <summary>Runs it and lets every access to the store fail from the given commit on, before or after it is done.</summary>
    private static async Task<bool> DiesAsync<T>(TestManager manager, int cut, Func<Task<T>> act)
    {
        var (commits, dead) = (0, false);
        void Count()
        {
            dead |= commits++ == cut;
            if (dead)
            {
                throw new IOException("The process was killed here.");
            }
        }

        manager.Store.BeforeCommit = _ => Count();
        manager.Store.AfterCommit = _ => Count();
        try
        {
            await act();
        }
        catch (IOException) when (dead)
        {
            // Nobody is left to say anything.
        }

        manager.Store.BeforeCommit = null;
        manager.Store.AfterCommit = null;
        return dead;
    }

    private static async Task ShouldBeGoneAsync(RecordedSession session)
    {
        (await session.Recordings.GetAsync(TestManager.Admin, session.Id, None)).Problem!.Code.ShouldBe("not_found");
        Directory.Exists(Path.Combine(session.Manager.Paths.Recordings, session.Id)).ShouldBeFalse();
        (await session.Manager.Get<RecordingDocuments>().Recordings.GetAsync(session.Id, None)).ShouldBeNull();
        (await session.Manager.Get<RecordingDocuments>().Usage.GetAsync(RecordingUsage.All, None))!.Value.Bytes.ShouldBe(0);
    }
}
