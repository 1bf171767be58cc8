using System.Collections.Concurrent;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudWorkstation.Manager.Tests.Jobs;

/// <summary>Work that waits in the store: done at once where it was stored here, in time where it falls due, and some time where others stored it.</summary>
public sealed class RoundsTests : IDisposable
{
    private const int Timeout = 60_000;
    private static readonly CollectionDefinition Works = new("works");
    private readonly TemporaryDirectory directory = new();
    private readonly Parts.ManualTime time = new();
    private readonly CommitSignals signals = new();
    private readonly SqliteDocumentStore store;

    public RoundsTests() => store = new SqliteDocumentStore(directory.File("works.db"), [Works, new CollectionDefinition("others")], signals: signals);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    [Fact(Timeout = Timeout)]
    public async Task What_this_process_stores_is_worked_on_at_once()
    {
        using var rounds = await StartAsync();

        await StoreAsync(store, "works");

        await UntilAsync(() => rounds.Own == 1);
        rounds.All.ShouldBe(2);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_stored_elsewhere_or_refused_wakes_nobody()
    {
        var signal = signals.Listen(Works.Name);
        await StoreAsync(store, "others");
        await StoreAsync(store, "works");
        (await signal.WaitAsync(TimeSpan.FromHours(1), time, Token)).ShouldBeTrue();

        (await store.CommitAsync([Write("works")], Token)).Committed.ShouldBeFalse();
        await StoreAsync(store, "others", "second");

        var waiting = signal.WaitAsync(TimeSpan.FromMinutes(1), time, Token);
        time.Advance(TimeSpan.FromMinutes(1));
        (await waiting).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task What_another_process_stores_is_found_when_the_time_for_a_look_has_come()
    {
        using var rounds = await StartAsync();
        using (var other = new SqliteDocumentStore(directory.File("works.db"), [Works]))
        {
            await StoreAsync(other, "works");
        }

        await UntilAsync(() => rounds.All >= 2, Rounds.Patience);
        rounds.Own.ShouldBe(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_falls_due_is_done_then_and_not_at_the_next_look()
    {
        // The clock stands, so the pause is exact.
        using var rounds = await StartAsync(due: time.GetUtcNow() + TimeSpan.FromSeconds(4));

        await UntilAsync(() => rounds.Pauses.Contains(TimeSpan.FromSeconds(4)));

        rounds.All.ShouldBe(1);
        await UntilAsync(() => rounds.All >= 2, TimeSpan.FromSeconds(1));
    }

    [Fact(Timeout = Timeout)]
    public async Task At_rest_an_hour_costs_a_look_every_few_seconds_and_no_more()
    {
        using var rounds = await StartAsync();

        for (var second = 0; second < 3600; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(() => rounds.All > 1, Rounds.Patience);
        rounds.All.ShouldBeLessThan(3600 / 15 + 10);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_round_that_fails_is_not_the_last()
    {
        using var rounds = await StartAsync(fails: true);

        await UntilAsync(() => rounds.All >= 3, TimeSpan.FromSeconds(1));
    }

    private static DocumentWrite Write(string collection, string id = "one") =>
        new() { Key = new DocumentKey(collection, id), Kind = WriteKind.Put, Condition = ConditionKind.Absent, Json = "{}"u8.ToArray() };

    private static async Task StoreAsync(SqliteDocumentStore into, string collection, string id = "one") =>
        (await into.CommitAsync([Write(collection, id)], Token)).Committed.ShouldBeTrue();

    private async Task<Looks> StartAsync(DateTimeOffset? due = null, bool fails = false)
    {
        var rounds = new Looks(signals, new NotedTime(time), due, fails);
        await rounds.StartAsync(Token);
        await UntilAsync(() => rounds.All >= 1);
        return rounds;
    }

    /// <param name="condition">What must come true.</param>
    /// <param name="step">How far the clock goes on between two looks; zero for a clock that stands.</param>
    private async Task UntilAsync(Func<bool> condition, TimeSpan step = default)
    {
        var deadline = DateTime.UtcNow.AddSeconds(40);
        while (!condition())
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue("Waited in vain for a round.");
            time.Advance(step);
            await Task.Delay(20, Token);
        }
    }

    private sealed class Looks(CommitSignals signals, NotedTime time, DateTimeOffset? due, bool fails) : Rounds(signals, time, NullLogger.Instance, Works.Name)
    {
        private readonly NotedTime time = time;
        private int all;
        private int own;

        public int All => Volatile.Read(ref all);

        public int Own => Volatile.Read(ref own);

        public IEnumerable<TimeSpan> Pauses => time.Pauses;

        protected override Task<DateTimeOffset?> RoundAsync(bool own, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref all);
            Interlocked.Add(ref this.own, own ? 1 : 0);
            return fails ? throw new IOException("away") : Task.FromResult(due);
        }
    }

    /// <summary>Notes what was waited for.</summary>
    private sealed class NotedTime(TimeProvider time) : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = new();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Enqueue(dueTime);
            return time.CreateTimer(callback, state, dueTime, period);
        }
    }
}
