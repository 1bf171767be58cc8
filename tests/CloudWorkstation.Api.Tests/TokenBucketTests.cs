using CloudWorkstation.Api.Limits;

namespace CloudWorkstation.Api.Tests;

public sealed class TokenBucketTests
{
    private readonly MovableTime time = new();

    [Fact(Timeout = 30_000)]
    public async Task A_full_bucket_gives_what_it_holds_and_then_says_how_long_to_wait()
    {
        await Task.Yield();
        var buckets = new TokenBuckets(3, perSecond: 0.5, time);
        Enumerable.Range(0, 3).Select(_ => buckets.TryTake("a")).ShouldAllBe(wait => wait == null);
        buckets.TryTake("a").ShouldBe(TimeSpan.FromSeconds(2));
        buckets.TryTake("b").ShouldBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task Time_fills_a_bucket_by_fractions_and_not_over_its_rim()
    {
        await Task.Yield();
        var buckets = new TokenBuckets(2, perSecond: 1, time);
        buckets.TryTake("a");
        buckets.TryTake("a");
        time.Advance(TimeSpan.FromSeconds(0.75));
        buckets.TryTake("a").ShouldBe(TimeSpan.FromSeconds(0.25));
        time.Advance(TimeSpan.FromSeconds(0.25));
        buckets.TryTake("a").ShouldBeNull();
        time.Advance(TimeSpan.FromHours(1));
        Enumerable.Range(0, 3).Select(_ => buckets.TryTake("a") is null).ShouldBe([true, true, false]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Keys_whose_buckets_are_full_again_are_forgotten()
    {
        await Task.Yield();
        var buckets = new TokenBuckets(2, perSecond: 1, time);
        for (var i = 0; i < 999; i++)
            buckets.TryTake($"early {i}");
        time.Advance(TimeSpan.FromSeconds(1));
        buckets.TryTake("late");
        buckets.TryTake("later");
        buckets.Count.ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task More_keys_than_are_remembered_share_a_bucket()
    {
        await Task.Yield();
        var buckets = new TokenBuckets(2, perSecond: 0.001, time);
        for (var i = 0; i < TokenBuckets.MaximumKeys - 1; i++)
            buckets.TryTake($"{i}");
        Enumerable.Range(0, 4).Select(i => buckets.TryTake($"more {i}") is null).ShouldBe([true, true, true, false]);
        buckets.TryTake("7").ShouldBeNull();
        buckets.Count.ShouldBe(TokenBuckets.MaximumKeys + 1);
    }

    private sealed class MovableTime : TimeProvider
    {
        private long now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => now += by.Ticks;

        public override long GetTimestamp() => now;
    }
}
