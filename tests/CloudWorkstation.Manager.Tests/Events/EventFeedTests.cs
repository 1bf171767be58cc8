using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Events;

public sealed class EventFeedTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task A_listener_hears_its_own_desktop_from_pending_to_running_and_gone()
    {
        await using var manager = new TestManager();
        await using var listener = await Listener.StartAsync(manager, TestManager.Alice);

        var desktop = await manager.BuildAsync(TestManager.Alice);
        var delete = (await manager.Desktops.DeleteAsync(TestManager.Alice, desktop.Id, null, None)).Value;
        await manager.RunAsync(delete.Operation!.Id);

        await listener.UntilAsync(e => e.Kind == "desktop-deleted");
        listener.Heard.Where(e => e.Kind == "desktop").Select(e => e.Data.GetProperty("status").GetString())
            .ShouldBe(["pending", "provisioning", "running", "deleting"]);
        listener.Heard.Last(e => e.Kind == "operation").Data.GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_hears_of_somebody_elses_desktop_but_an_admin()
    {
        await using var manager = new TestManager();
        await using var bob = await Listener.StartAsync(manager, TestManager.Bob);
        await using var admin = await Listener.StartAsync(manager, TestManager.Admin);

        await manager.CreateAsync(TestManager.Alice);
        await manager.CreateAsync(TestManager.Bob);

        await bob.UntilAsync(e => e.Kind == "operation");
        bob.Heard.ShouldAllBe(e => e.Owner == TestManager.Bob.AccountId);
        await admin.UntilAsync(e => e.Owner == TestManager.Bob.AccountId);
        admin.Heard.ShouldContain(e => e.Owner == TestManager.Alice.AccountId);
    }

    [Fact(Timeout = 60_000)]
    public async Task No_event_tells_a_secret_or_an_address()
    {
        await using var manager = new TestManager();
        await using var listener = await Listener.StartAsync(manager, TestManager.Alice);

        var desktop = await manager.BuildAsync(TestManager.Alice);

        await listener.UntilAsync(e => e.Kind == "operation" && e.Data.GetProperty("state").GetString() == "succeeded");
        var text = string.Concat(listener.Heard.Select(e => e.Data.GetRawText()));
        text.ShouldNotContain(desktop.ProtectedSecret);
        text.ShouldNotContain("\"connection\"");
        text.ShouldNotContain(manager.ScreenPort.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_listener_that_comes_back_gets_what_it_missed()
    {
        await using var manager = new TestManager();
        await using var first = await Listener.StartAsync(manager, TestManager.Alice);
        await manager.CreateAsync(TestManager.Alice, "One");
        await first.UntilAsync(e => e.Kind == "operation");
        var last = first.Heard[^1].Id;
        await manager.CreateAsync(TestManager.Alice, "Two");

        await using var second = await Listener.StartAsync(manager, TestManager.Alice, last);

        await second.UntilAsync(e => e.Kind == "operation");
        second.Heard[0].Data.GetProperty("name").GetString().ShouldBe("Two");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_replay_reaches_across_a_restart()
    {
        await using var before = new TestManager();
        var head = await before.Get<IEventFeed>().HeadAsync(None);
        await before.CreateAsync(TestManager.Alice, "One");
        var seen = await before.Get<IEventFeed>().HeadAsync(None);
        await before.CreateAsync(TestManager.Alice, "Two");
        TestStore.Settle(before.Paths.Root);

        await using var after = new TestManager(before);
        await using var listener = await Listener.StartAsync(after, TestManager.Alice, seen);

        head.ShouldBeEmpty();
        await listener.UntilAsync(e => e.Kind == "operation");
        listener.Heard.ShouldContain(e => e.Kind == "desktop" && e.Data.GetProperty("name").GetString() == "Two");
        listener.Heard.ShouldNotContain(e => e.Kind == "reset");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_position_starts_with_a_reset()
    {
        await using var manager = new TestManager();
        await using var listener = await Listener.StartAsync(manager, TestManager.Alice, "00000000000000000000000000");

        await listener.UntilAsync(e => e.Kind == "reset");

        listener.Heard[0].Kind.ShouldBe("reset");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_another_process_stores_is_heard_as_well()
    {
        await using var worker = new TestManager();
        await using var api = new TestManager(worker);
        await api.Host.StartAsync(None);
        await using var listener = await Listener.StartAsync(api, TestManager.Alice);

        await worker.CreateAsync(TestManager.Alice);

        await listener.UntilAsync(e => e.Kind == "operation");
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_the_session_that_ended_hears_of_its_end()
    {
        await using var manager = new TestManager();
        await using var alice = await Listener.StartAsync(manager, TestManager.Alice);
        await using var admin = await Listener.StartAsync(manager, TestManager.Admin);

        manager.Get<ISessionEndings>().SessionEnded("ses-alice", DateTimeOffset.UtcNow.AddMinutes(5), "signed-out");
        await manager.CreateAsync(TestManager.Alice);

        await alice.UntilAsync(e => e.Kind == "session");
        await admin.UntilAsync(e => e.Kind == "operation");
        admin.Heard.ShouldNotContain(e => e.Kind == "session");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_reader_loses_its_place_and_not_the_memory()
    {
        var ring = new EventRing(4);
        var start = ring.Head.Position;
        ring.Append(Enumerable.Range(0, 9).Select(i => new EventDocument { Id = $"e{i}", Kind = "desktop", Data = default }));

        ring.Read(start, 10).Lost.ShouldBeTrue();
        ring.PositionAfter("e0").ShouldBeNull();
        ring.Read(ring.PositionAfter("e5")!.Value, 10).Entries.Select(e => e.Id).ShouldBe(["e6", "e7", "e8"]);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_thousand_listeners_hear_one_change()
    {
        await using var manager = new TestManager();
        var listeners = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Listener.StartAsync(manager, TestManager.Alice)));

        await manager.CreateAsync(TestManager.Alice);

        foreach (var listener in listeners)
        {
            await listener.UntilAsync(e => e.Kind == "operation");
            await listener.DisposeAsync();
        }
    }

    /// <summary>Listens in the background from the moment it is made.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly List<ProductEvent> heard = [];
        private Task listening = Task.CompletedTask;

        public IReadOnlyList<ProductEvent> Heard
        {
            get
            {
                lock (heard)
                {
                    return [.. heard];
                }
            }
        }

        public static async Task<Listener> StartAsync(TestManager manager, Actor actor, string? lastEventId = null)
        {
            var feed = manager.Get<IEventFeed>();
            await feed.HeadAsync(None);
            var listener = new Listener();

            // Its first step runs here: the position is taken before this returns.
            var events = feed.SubscribeAsync(actor, lastEventId, listener.stop.Token).GetAsyncEnumerator(None);
            var first = events.MoveNextAsync();
            listener.listening = listener.ListenAsync(events, first);
            return listener;
        }

        public Task UntilAsync(Func<ProductEvent, bool> condition) =>
            TestManager.Until(() => Task.FromResult(Heard.Any(condition)), "an event");

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await listening;
            stop.Dispose();
        }

        private async Task ListenAsync(IAsyncEnumerator<ProductEvent> events, ValueTask<bool> first)
        {
            try
            {
                for (var more = await first; more; more = await events.MoveNextAsync())
                {
                    lock (heard)
                    {
                        heard.Add(events.Current);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
