using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.State;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>The lock of a state in S3, without Terraform: who gets it, from whom it is taken, and from whom never.</summary>
public sealed class StateLockTests(SharedMoto moto)
{
    private const string Foreign =
        """{"ID":"5a0e","Operation":"OperationTypeApply","Info":"","Who":"eve@laptop","Version":"1.11.4","Created":"2026-11-21T08:00:00Z","Path":"p"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_free_lock_is_taken_and_given_back()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var taken = Lock(bucket);

        var held = await TakeAsync(taken);

        var info = LockInfo.Read((await bucket.ReadAsync(bucket.Location.LockKey))!);
        info.Who.ShouldStartWith("cloudworkstation@");
        info.Holder.ShouldBe(new RunHolder("op", 1, "w"));
        (await taken.ReleaseAsync(held.ShouldBeOfType<LockResult.Held>(), Token)).ShouldBeTrue();
        (await bucket.KeysAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lock_of_a_person_is_left_alone_and_named()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        await bucket.Objects.CreateAsync(bucket.Location.LockKey, Foreign, Token);

        var refused = await TakeAsync(Lock(bucket, over: DateTimeOffset.MinValue));

        refused.ShouldBeOfType<LockResult.Refused>().By.Sentence.ShouldContain("eve@laptop since 2026-11-21T08:00:00Z");
        (await bucket.ReadAsync(bucket.Location.LockKey)).ShouldBe(Foreign);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lock_that_cannot_be_read_is_left_alone()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        await bucket.Objects.CreateAsync(bucket.Location.LockKey, "{half", Token);

        (await TakeAsync(Lock(bucket, over: DateTimeOffset.MinValue))).ShouldBeOfType<LockResult.Refused>();

        (await bucket.ReadAsync(bucket.Location.LockKey)).ShouldBe("{half");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lock_of_an_attempt_that_may_live_is_left_alone()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        await TakeAsync(Lock(bucket, attempt: 1));

        (await TakeAsync(Lock(bucket, attempt: 2, over: null))).ShouldBeOfType<LockResult.Refused>().By.Holder!.Attempt.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lock_of_a_dead_attempt_is_taken_over()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        await TakeAsync(Lock(bucket, attempt: 1));

        var held = await TakeAsync(Lock(bucket, attempt: 2, over: DateTimeOffset.UtcNow.AddMinutes(-1)));

        held.ShouldBeOfType<LockResult.Held>().Before!.Attempt.ShouldBe(1);
        LockInfo.Read((await bucket.ReadAsync(bucket.Location.LockKey))!).Holder!.Attempt.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_something_of_the_dead_attempt_may_be_alive_its_lock_stays()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        await TakeAsync(Lock(bucket, attempt: 1));
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(2));

        var waiting = Lock(bucket, attempt: 2, over: DateTimeOffset.UtcNow, orphanGrace: TimeSpan.FromMinutes(1)).TakeAsync(_ => ValueTask.CompletedTask, soon.Token);

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        LockInfo.Read((await bucket.ReadAsync(bucket.Location.LockKey))!).Holder!.Attempt.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_many_that_reach_for_a_dead_lock_one_gets_it()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        await TakeAsync(Lock(bucket, attempt: 1));

        // Each takes only the first attempt for dead.
        var results = await Task.WhenAll(Enumerable.Range(2, 12).Select(attempt => TakeAsync(Lock(bucket, attempt, DateTimeOffset.UtcNow.AddMinutes(-1), onlyDead: 1))));

        results.OfType<LockResult.Held>().Count().ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_taken_from_us_is_not_ours_to_give_back()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var first = Lock(bucket, attempt: 1);
        var held = (LockResult.Held)await TakeAsync(first);
        await TakeAsync(Lock(bucket, attempt: 2, over: DateTimeOffset.UtcNow.AddMinutes(-1)));

        (await first.ReleaseAsync(held, Token)).ShouldBeFalse();

        LockInfo.Read((await bucket.ReadAsync(bucket.Location.LockKey))!).Holder!.Attempt.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Our_own_lock_is_known_again_when_the_answer_to_its_writing_was_lost()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var taken = Lock(bucket);
        await TakeAsync(taken);

        (await TakeAsync(taken)).ShouldBeOfType<LockResult.Held>();
    }

    private static Task<LockResult> TakeAsync(StateLock taken) => taken.TakeAsync(_ => ValueTask.CompletedTask, Token);

    private static StateLock Lock(StateBucket bucket, int attempt = 1, DateTimeOffset? over = null, TimeSpan? orphanGrace = null, int? onlyDead = null)
    {
        var request = bucket.Hold(Requests.Empty()) with
        {
            Holder = new("op", attempt, "w"),
            OverSince = (holder, _) => Task.FromResult(onlyDead is null || holder.Attempt == onlyDead ? over : null),
        };
        TerraformOptions options = new() { LockTimeout = TimeSpan.Zero, OrphanGrace = orphanGrace ?? TimeSpan.FromSeconds(1) };
        return new(bucket.Objects, bucket.Location, request, options, TimeProvider.System);
    }
}
