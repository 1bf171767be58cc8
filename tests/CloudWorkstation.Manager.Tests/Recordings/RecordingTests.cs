using System.Text;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>From the connection that is to be recorded to a recording that can be played.</summary>
public sealed class RecordingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task A_recording_is_stored_with_the_opening_of_its_connection_and_its_key_only_sealed()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager, "keys", days: 7);
        var recording = await session.ReadAsync();
        (recording.State, recording.Keys, recording.Connection, recording.OwnerName, recording.ViewerName, recording.RetentionDays)
            .ShouldBe((RecordingState.Recording, true, session.Connection, "alice", "alice", 7));
        session.Order.Keys.ShouldBeTrue();
        session.Key.Length.ShouldBe(32);
        var told = (await manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, new AuditFilter { Target = $"recording/{session.Id}" }, None)).Value.Items;
        told.Select(e => e.Action).ShouldBe([AuditActions.RecordingStart]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_recorded_where_the_policy_is_silent()
    {
        await using var manager = new TestManager();
        var (_, connection) = await RecordedSession.GrantedAsync(manager);
        (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Value.Recording.ShouldBeNull();
        (await manager.Get<IRecordingService>().ListAsync(TestManager.Admin, new RecordingFilter { Everyone = true }, None)).Value.Items.ShouldBeEmpty();
        Directory.Exists(manager.Paths.Recordings).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_connection_that_did_not_open_leaves_no_recording()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        (await manager.Get<IConnectionService>().OpenAsync(session.Connection, None)).Problem!.Code.ShouldBe("token_used");
        (await session.Recordings.ListAsync(TestManager.Admin, new RecordingFilter { Everyone = true }, None)).Value.Items.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_whole_recording_is_complete_and_plays_from_any_time_to_any_other()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 10);
        (await session.Intake.CompleteAsync(session.Id, 10, "closed", None)).Succeeded.ShouldBeTrue();
        var recording = await session.ReadAsync();
        (recording.State, recording.Chunks, recording.DurationMilliseconds, recording.Reason).ShouldBe((RecordingState.Complete, 10u, 9000L, "closed"));
        (await session.PlayAsync(TestManager.Admin)).ShouldBe(Enumerable.Range(0, 10).Select(n => (uint)n));
        (await session.PlayAsync(TestManager.Admin, 3500, 6000)).ShouldBe([4u, 5u]);
        (await session.PlayAsync(TestManager.Admin, 9000)).ShouldBe([9u]);
        (await session.PlayAsync(TestManager.Admin, 9001)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_that_goes_on_can_be_played_up_to_now()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 3);
        (await session.PlayAsync(TestManager.Admin)).ShouldBe([0u, 1u, 2u]);
        (await session.ReadAsync()).DurationMilliseconds.ShouldBe(2000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_chunk_is_taken_once_in_its_own_place_and_never_after_the_end()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 2);
        (await session.Intake.PutAsync(session.Id, 1, session.Chunk(1), None)).Succeeded.ShouldBeTrue("the same again, because an answer was lost");
        (await session.Intake.PutAsync(session.Id, 1, session.Chunk(1, "something else"), None)).Problem!.Code.ShouldBe("conflict");
        (await session.Intake.PutAsync(session.Id, 2, session.Chunk(1), None)).Problem!.Code.ShouldBe("malformed_request");
        (await session.Intake.PutAsync(session.Id, 2, "no chunk"u8.ToArray(), None)).Problem!.Code.ShouldBe("malformed_request");
        (await session.Intake.PutAsync("01kxxxxxxxxxxxxxxxxxxxxxxx", 2, session.Chunk(2), None)).Problem!.Code.ShouldBe("not_found");
        (await session.Intake.PutAsync("../../escape/of/a/recordin", 2, session.Chunk(2), None)).Problem!.Code.ShouldBe("not_found");
        await session.Intake.CompleteAsync(session.Id, 2, "closed", None);
        (await session.Intake.PutAsync(session.Id, 2, session.Chunk(2), None)).Problem!.Code.ShouldBe("conflict");
        (await session.Intake.CompleteAsync(session.Id, 2, "closed", None)).Succeeded.ShouldBeTrue("said twice");
    }

    [Fact(Timeout = 60_000)]
    public async Task Whatever_is_missing_makes_a_recording_broken_and_it_plays_up_to_the_gap()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 2);
        await session.PutAsync(3, 5);
        await session.Intake.CompleteAsync(session.Id, 5, "closed", None);
        (await session.ReadAsync()).State.ShouldBe(RecordingState.Broken);
        (await session.PlayAsync(TestManager.Admin)).ShouldBe([0u, 1u]);
    }

    [Fact(Timeout = 60_000)]
    public async Task On_the_disk_nothing_can_be_read_by_others_or_without_the_key_and_nothing_can_be_exchanged()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 3);
        await session.Intake.CompleteAsync(session.Id, 3, "closed", None);
        var directory = Path.Combine(manager.Paths.Recordings, session.Id);
        var files = Directory.GetFiles(directory).Order(StringComparer.Ordinal).ToList();
        files.Count.ShouldBe(3);
        foreach (var file in files)
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, None)).ShouldNotContain("screen");
        }

        File.GetUnixFileMode(directory).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var everything = Directory.EnumerateFiles(manager.Paths.Root, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/keys/", StringComparison.Ordinal)).Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f)));
        var key = System.Buffers.Text.Base64Url.EncodeToString(session.Key);
        everything.ShouldAllBe(text => !text.Contains(key, StringComparison.Ordinal) && !text.Contains(Encoding.Latin1.GetString(session.Key), StringComparison.Ordinal));

        var (one, two) = (await File.ReadAllBytesAsync(files[1], None), await File.ReadAllBytesAsync(files[2], None));
        await File.WriteAllBytesAsync(files[1], two, None);
        (await session.PlayAsync(TestManager.Admin)).ShouldBe([0u]);
        one[^1] ^= 1;
        await File.WriteAllBytesAsync(files[1], one, None);
        (await session.PlayAsync(TestManager.Admin)).ShouldBe([0u]);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_timeline_tells_who_was_at_work_when_and_what_was_typed()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 2);
        await session.Intake.CompleteAsync(session.Id, 2, "closed", None);
        var marks = new List<TimelineMark>();
        await foreach (var mark in (await session.Recordings.TimelineAsync(TestManager.Admin, session.Id, None)).Value)
        {
            marks.Add(mark);
        }

        marks.Select(m => (m.Offset, m.Kind, m.Detail)).ShouldBe([(0u, "begin", "alice"), (0u, "activity", "key"), (0u, "key", "a"), (1000u, "activity", "key"), (1000u, "key", "b")]);
        marks[^1].At.ShouldBe((await session.ReadAsync()).StartedAt.AddSeconds(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task While_recordings_take_up_all_the_room_that_they_may_no_desktop_opens_that_must_be_recorded()
    {
        await using var manager = new TestManager(settings: new Dictionary<string, string?> { ["Recordings:QuotaGigabytes"] = "1" });
        var first = await RecordedSession.OpenAsync(manager);
        await first.PutAsync(0, 1);
        await first.Intake.CompleteAsync(first.Id, 1, "closed", None);
        var documents = manager.Get<RecordingDocuments>();
        var granted = await manager.Desktops.ConnectAsync(TestManager.Alice, first.Desktop, None);
        var usage = (await documents.Usage.GetAsync(RecordingUsage.All, None))!;
        usage.Value.Bytes.ShouldBe((await first.ReadAsync()).Bytes!.Value);
        await manager.Store.CommitAsync([documents.Usage.Replace(usage.Value with { Bytes = 1L << 30 }, usage.Version)], None);

        (await manager.Desktops.ConnectAsync(TestManager.Alice, first.Desktop, None)).Problem!.Code.ShouldBe("recording_unavailable");
        (await manager.Get<IConnectionService>().OpenAsync(granted.Value.ConnectionId, None)).Problem!.Code.ShouldBe("recording_unavailable");
    }
}
