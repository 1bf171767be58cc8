using System.Net;
using System.Text;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>Recordings in S3: kept, played, gone, and what becomes of them when S3 does not do as it should.</summary>
public sealed class BucketTests(SharedMoto moto)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 120_000)]
    public async Task A_recorded_session_is_listed_and_plays_byte_for_byte_out_of_the_bucket()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 12);
        (await session.Intake.CompleteAsync(session.Id, 12, "closed", None)).Succeeded.ShouldBeTrue();

        var listed = (await session.Recordings.ListAsync(TestManager.Admin, new RecordingFilter { Everyone = true }, None)).Value.Items.Single();
        (listed.Id, listed.Place, listed.State, listed.Chunks).ShouldBe((session.Id, "s3", RecordingState.Complete, 12u));
        (await session.PlayAsync(TestManager.Admin, 3500, 6000)).ShouldBe([4u, 5u]);
        var played = new List<byte[]>();
        await foreach (var chunk in (await session.Recordings.OpenAsync(TestManager.Admin, session.Id, new RecordingPart(), None)).Value)
        {
            played.Add(chunk.Records.ToArray());
        }

        played.Count.ShouldBe(12);
        for (var number = 0u; number < 12; number++)
        {
            (await bucket.BytesAsync($"recordings/{session.Id}/{number:d8}")).ShouldBe(session.Chunk(number), "what the proxy sent is what is kept");
            played[(int)number].ShouldBe(RecordedSession.Records(number), "and what was recorded is what is played");
        }

        listed.Bytes.ShouldBe(Enumerable.Range(0, 12).Sum(n => (long)session.Chunk((uint)n).Length));
        Directory.Exists(manager.Paths.Recordings).ShouldBeFalse("nothing of it is on the disk");
    }

    [Fact(Timeout = 120_000)]
    public async Task When_its_days_are_over_no_object_and_no_version_of_it_is_left()
    {
        var time = new ManualTime();
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager(time);
        var session = await RecordedSession.OpenAsync(manager, days: 7);
        await session.PutAsync(0, 3);
        await session.Intake.CompleteAsync(session.Id, 3, "closed", None);
        time.Advance(TimeSpan.FromDays(6.9));
        await session.RoundAsync();
        (await session.PlayAsync(TestManager.Admin)).Count.ShouldBe(3);

        time.Advance(TimeSpan.FromDays(0.2));
        await session.RoundAsync();

        await ShouldBeGoneAsync(bucket, session);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_administrator_deletes_it_with_every_object()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 3);
        await session.Intake.CompleteAsync(session.Id, 3, "closed", None);

        (await session.Recordings.DeleteAsync(TestManager.Admin, session.Id, None)).Succeeded.ShouldBeTrue();

        await ShouldBeGoneAsync(bucket, session);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_deletion_that_the_bucket_refuses_is_told_hidden_at_once_and_done_by_a_later_round()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 3);
        await session.Intake.CompleteAsync(session.Id, 3, "closed", None);
        bucket.Refuse(HttpMethod.Post, HttpStatusCode.Forbidden, "AccessDenied");

        (await session.Recordings.DeleteAsync(TestManager.Admin, session.Id, None)).Problem!.Code.ShouldBe("unavailable");
        (await session.Recordings.GetAsync(TestManager.Admin, session.Id, None)).Problem!.Code.ShouldBe("not_found");
        (await bucket.KeysAsync()).Count(k => k.Contains(session.Id, StringComparison.Ordinal)).ShouldBe(3);
        bucket.Heal();
        await session.RoundAsync();

        await ShouldBeGoneAsync(bucket, session);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("missing", "NoSuchBucket", "CWS_RECORDINGS__BUCKET")]
    [InlineData("PUT", "AccessDenied", "s3:PutObject")]
    [InlineData("GET", "AccessDenied", "s3:ListBucket")]
    [InlineData("DELETE", "AccessDenied", "s3:DeleteObject")]
    [InlineData("PUT", "KMS.DisabledException", "CWS_RECORDINGS__KMSKEY")]
    [InlineData("PUT", "ExpiredToken", "role")]
    [InlineData("PUT", "AuthorizationHeaderMalformed", "CWS_RECORDINGS__REGION")]
    public async Task A_bucket_that_cannot_keep_recordings_closes_what_must_be_recorded_and_nothing_else_and_says_how_to_mend_it(string what, string code, string fix)
    {
        using var bucket = await RecordingBucket.CreateAsync(moto, exists: what != "missing");
        await using var manager = bucket.Manager();
        if (what != "missing")
        {
            bucket.Refuse(new HttpMethod(what), HttpStatusCode.Forbidden, code);
        }

        var (desktop, connection) = await RecordedSession.GrantedAsync(manager);
        RecordedSession.Want(manager, "screen");
        (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop, None)).Problem!.Code.ShouldBe("recording_unavailable");
        var refused = (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Problem!;
        (refused.Kind, refused.Code).ShouldBe((ProblemKind.Unavailable, "recording_unavailable"));
        refused.Detail.ShouldNotContain(bucket.Name, Case.Insensitive, "the inside is not everybody's");
        var fault = (await manager.Get<IRecordingPlace>().CheckAsync(None))!;
        fault.Detail.ShouldContain(bucket.Name);
        $"{fault.Detail} {fault.Fix}".ShouldContain(fix);

        RecordedSession.Want(manager, "off");
        (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Succeeded.ShouldBeTrue("who is not recorded works on");
        (await manager.Get<IRecordingService>().ListAsync(TestManager.Admin, new RecordingFilter { Everyone = true }, None)).Value.Items.ShouldBeEmpty("nothing was begun");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_session_that_goes_on_is_told_to_send_again_and_loses_nothing_when_the_bucket_is_back()
    {
        var time = new ManualTime();
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager(time);
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 2);
        bucket.Refuse(HttpMethod.Put, HttpStatusCode.Forbidden, "AccessDenied");

        var refused = (await session.Intake.PutAsync(session.Id, 2, session.Chunk(2), None)).Problem!;
        (refused.Kind, refused.Code).ShouldBe((ProblemKind.Unavailable, "recording_unavailable"), "a proxy sends again what is refused so, for as long as it has patience");
        (await manager.Desktops.ConnectAsync(TestManager.Alice, session.Desktop, None)).Problem!.Code.ShouldBe("recording_unavailable", "nobody else begins meanwhile");

        bucket.Heal();
        time.Advance(TimeSpan.FromSeconds(6));
        await session.PutAsync(2, 5);
        await session.Intake.CompleteAsync(session.Id, 5, "closed", None);
        (await session.ReadAsync()).State.ShouldBe(RecordingState.Complete);
        (await session.PlayAsync(TestManager.Admin)).Count.ShouldBe(5);
        (await manager.Desktops.ConnectAsync(TestManager.Alice, session.Desktop, None)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_put_that_is_throttled_is_tried_again_by_itself()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        bucket.Refuse(HttpMethod.Put, HttpStatusCode.ServiceUnavailable, "SlowDown", times: 2);

        (await session.Intake.PutAsync(session.Id, 0, session.Chunk(0), None)).Succeeded.ShouldBeTrue();

        (await bucket.BytesAsync($"recordings/{session.Id}/00000000")).ShouldBe(session.Chunk(0));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_put_whose_answer_is_lost_is_known_for_its_own_when_it_is_tried_again()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        var lost = 0;
        bucket.After = (request, answer) => RecordingBucket.IsChunk(request) && answer.IsSuccessStatusCode && lost++ == 0 ? throw new HttpRequestException("The connection was cut.") : answer;

        (await session.Intake.PutAsync(session.Id, 0, session.Chunk(0), None)).Succeeded.ShouldBeTrue();

        lost.ShouldBe(1);
        (await session.PlayAsync(TestManager.Admin)).ShouldBe([0u]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_tries_of_one_chunk_at_the_same_moment_are_no_conflict_that_ends_the_session()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        bucket.Refuse(HttpMethod.Put, HttpStatusCode.Conflict, "ConditionalRequestConflict", times: 1);

        (await session.Intake.PutAsync(session.Id, 0, session.Chunk(0), None)).Problem!.Code.ShouldBe("recording_unavailable");
        (await session.Intake.PutAsync(session.Id, 0, session.Chunk(0), None)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_chunk_that_arrives_while_its_recording_is_deleted_leaves_nothing_behind()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 1);
        bucket.Before = async request =>
        {
            if (RecordingBucket.IsChunk(request))
            {
                bucket.Heal();
                await session.Intake.CompleteAsync(session.Id, 1, "closed", None);
                (await session.Recordings.DeleteAsync(TestManager.Admin, session.Id, None)).Succeeded.ShouldBeTrue();
            }

            return null;
        };

        (await session.Intake.PutAsync(session.Id, 1, session.Chunk(1), None)).Problem!.Code.ShouldBe("conflict");

        await ShouldBeGoneAsync(bucket, session);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_bucket_that_went_missing_is_an_answer_in_words_and_never_an_empty_recording()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 1);
        bucket.Refuse(HttpMethod.Get, HttpStatusCode.NotFound, "NoSuchBucket");

        (await session.ReadAsync()).State.ShouldBe(RecordingState.Recording, "that it goes on is known without it");
        (await Should.ThrowAsync<RecordingPlaceException>(() => session.PlayAsync(TestManager.Admin))).Fault.Fix.ShouldContain("CWS_RECORDINGS__BUCKET");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_no_document_knows_goes_after_as_long_as_a_store_can_be_restored_and_what_one_knows_stays()
    {
        var time = new ManualTime();
        using var bucket = await RecordingBucket.CreateAsync(moto);
        await using var manager = bucket.Manager(time);
        var session = await RecordedSession.OpenAsync(manager, days: 400);
        await session.PutAsync(0, 2);
        await session.Intake.CompleteAsync(session.Id, 2, "closed", None);
        const string stray = "01kaaaaaaaaaaaaaaaaaaaaaaa";
        (await bucket.Store().WriteAsync(stray, 0, Encoding.UTF8.GetBytes("nobody has the key"), None)).ShouldBeTrue();
        var strays = manager.Get<RecordingStrays>();

        await strays.SweepAsync(None);
        time.Advance(RecordingStrays.Kept - TimeSpan.FromHours(1));
        await strays.SweepAsync(None);
        (await bucket.KeysAsync()).ShouldContain($"recordings/{stray}/00000000", "the store may yet be restored to where it was known");
        time.Advance(TimeSpan.FromHours(2));
        await strays.SweepAsync(None);

        (await bucket.KeysAsync()).Where(k => !k.Contains("check-", StringComparison.Ordinal)).ShouldBe([$"recordings/{session.Id}/00000000", $"recordings/{session.Id}/00000001"]);
        (await session.PlayAsync(TestManager.Admin)).Count.ShouldBe(2);
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_who_connect_at_once_ask_the_bucket_once_and_leave_nothing_in_it()
    {
        using var bucket = await RecordingBucket.CreateAsync(moto);
        var puts = 0;
        bucket.Before = request =>
        {
            puts += request.Method == HttpMethod.Put ? 1 : 0;
            return Task.FromResult<HttpResponseMessage?>(null);
        };
        var store = bucket.Store();

        (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.CheckAsync(None)))).ShouldAllBe(fault => fault == null);

        puts.ShouldBe(1);
        (await bucket.KeysAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_watch_finds_a_bucket_that_was_mended()
    {
        var time = new ManualTime();
        using var bucket = await RecordingBucket.CreateAsync(moto, exists: false);
        await using var manager = bucket.Manager(time);
        var watch = manager.Get<RecordingWatch>();

        (await watch.LookAsync(None))!.Fix.ShouldContain("infra/aws");
        await bucket.MakeAsync();
        time.Advance(TimeSpan.FromMinutes(1));

        (await watch.LookAsync(None)).ShouldBeNull();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("s3://recordings/2026", "recordings", null, "CWS_RECORDINGS__BUCKET")]
    [InlineData("arn:aws:s3:::recordings", "recordings", null, "CWS_RECORDINGS__BUCKET")]
    [InlineData("recordings", "", null, "CWS_RECORDINGS__PREFIX")]
    [InlineData("recordings", "a//b", null, "CWS_RECORDINGS__PREFIX")]
    [InlineData(null, "recordings", "alias/key", "CWS_RECORDINGS__KMSKEY")]
    public async Task A_setting_that_cannot_work_is_named(string? bucket, string prefix, string? key, string setting)
    {
        await Task.Yield();
        var checkedOptions = new RecordingOptionsCheck().Validate(null, new RecordingOptions { Bucket = bucket, Prefix = prefix, KmsKey = key, Region = "eu-central-1" });
        checkedOptions.FailureMessage.ShouldStartWith(setting);
        new RecordingOptionsCheck().Validate(null, new RecordingOptions { Bucket = "recordings", Prefix = "a/b", KmsKey = "alias/key", Region = "eu-central-1" }).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task No_recording_is_kept_longer_than_the_installation_allows()
    {
        await using var manager = new TestManager(settings: new Dictionary<string, string?> { ["Recordings:LongestDays"] = "90" });
        (await (await RecordedSession.OpenAsync(manager, days: 365)).ReadAsync()).RetentionDays.ShouldBe(90);
    }

    private static async Task ShouldBeGoneAsync(RecordingBucket bucket, RecordedSession session)
    {
        (await session.Recordings.GetAsync(TestManager.Admin, session.Id, None)).Problem!.Code.ShouldBe("not_found");
        (await session.Manager.Get<RecordingDocuments>().Recordings.GetAsync(session.Id, None)).ShouldBeNull();
        (await bucket.KeysAsync()).Where(k => k.Contains(session.Id, StringComparison.Ordinal)).ShouldBeEmpty();
        ((await bucket.S3.ListVersionsAsync(bucket.Name, $"recordings/{session.Id}", None)).Versions ?? []).ShouldBeEmpty();
    }
}
