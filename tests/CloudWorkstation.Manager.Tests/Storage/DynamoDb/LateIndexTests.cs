using System.Text.Json;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Tests.Accounts;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>What must hold however far the indexes are behind: here they stand still while something happens.</summary>
public sealed class LateIndexTests
{
    private const int Limit = 60_000;

    private static CancellationToken None => CancellationToken.None;

    [Fact(Timeout = Limit)]
    public async Task A_late_piece_of_news_does_not_bring_an_older_state_back()
    {
        await Task.Yield();
        var ring = new EventRing(16);

        ring.Append([News("2", order: 6)]);
        ring.Append([News("1", order: 5), News("3", order: 7), News("2", order: 6)]);

        ring.Read(0, 16).Entries.Select(e => e.Id).ShouldBe(["2", "3"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_subject_whose_news_have_left_the_ring_is_forgotten()
    {
        await Task.Yield();
        var ring = new EventRing(2);

        ring.Append([News("1", order: 9), News("2", 1, "desktop/b"), News("3", 1, "desktop/c"), News("4", order: 3)]);

        ring.Read(2, 16).Entries.Select(e => e.Id).ShouldBe(["3", "4"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Lists_show_what_another_process_of_ours_never_saw_only_when_the_index_does()
    {
        using var directory = new TemporaryDirectory();
        using var sqlite = new SqliteDocumentStore(directory.File("test.db"), Doc.Definitions);
        var view = new LaggingView(TimeSpan.Zero);
        var (mine, theirs) = (new LaggingStore(sqlite, view), new LaggingStore(sqlite, view));
        view.Hold();

        await mine.CommitAsync([Doc.Add("a", "x", Doc.Owner("p", "1"))], None);

        Doc.Ids(await mine.QueryAsync(Doc.Query("p"), None)).ShouldBe(["a"]);
        Doc.Ids(await theirs.QueryAsync(Doc.Query("p"), None)).ShouldBeEmpty();
        view.Release();
        Doc.Ids(await theirs.QueryAsync(Doc.Query("p"), None)).ShouldBe(["a"]);
    }

    [Fact(Timeout = Limit)]
    public async Task What_another_process_changed_or_deleted_since_is_not_shown_as_it_was()
    {
        using var directory = new TemporaryDirectory();
        using var sqlite = new SqliteDocumentStore(directory.File("test.db"), Doc.Definitions);
        var view = new LaggingView(TimeSpan.Zero);
        var (mine, theirs) = (new LaggingStore(sqlite, view), new LaggingStore(sqlite, view));
        view.Hold();
        await mine.CommitAsync([Doc.Add("changed", "old", Doc.Owner("p", "1")), Doc.Add("deleted", "x", Doc.Owner("p", "2"))], None);

        await theirs.CommitAsync([Doc.Replace("changed", 1, "new", Doc.Owner("p", "1")), Doc.Delete("deleted", 1)], None);

        var page = await mine.QueryAsync(Doc.Query("p"), None);
        Doc.Ids(page).ShouldBe(["changed"]);
        Doc.Text(page.Documents[0]).ShouldBe("new");
    }

    [Fact(Timeout = Limit)]
    public async Task A_log_stops_before_a_line_that_does_not_show_yet()
    {
        await using var manager = new TestManager();
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!;
        var log = new OperationDocuments(manager.Store).Log;
        LogLine Line(long number) => new(number, DateTimeOffset.UnixEpoch, "info", $"{number}");
        await manager.Store.CommitAsync([log.Add(new LogChunk(operation.Id, 1, [Line(1), Line(2)])), log.Add(new LogChunk(operation.Id, 5, [Line(5)]))], None);

        (await manager.Operations.LogAsync(TestManager.Alice, operation.Id, 0, 100, None)).Value.Select(l => l.Sequence).ShouldBe([1, 2]);
        (await manager.Operations.LogAsync(TestManager.Alice, operation.Id, 2, 100, None)).Value.ShouldBeEmpty();
        await manager.Store.CommitAsync([log.Add(new LogChunk(operation.Id, 3, [Line(3), Line(4)]))], None);
        (await manager.Operations.LogAsync(TestManager.Alice, operation.Id, 2, 100, None)).Value.Select(l => l.Sequence).ShouldBe([3, 4, 5]);
    }

    [Fact(Timeout = Limit)]
    public async Task Routes_are_right_although_the_list_of_desktops_is_behind()
    {
        await using var before = new TestManager();
        var desktop = await before.BuildAsync(TestManager.Alice);
        var list = await before.Store.QueryAsync(new IndexQuery { Collection = "desktops", Index = DesktopDocuments.All, Partition = DesktopDocuments.Everything }, None);
        await before.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.Off }, None);

        await using var after = new TestManager(
            before, configure: services => services.AddSingleton<IDocumentStore>(s => new OldList(s.GetRequiredService<SqliteDocumentStore>(), list)));
        await after.Host.StartAsync(None);

        await foreach (var message in after.Get<IRouteFeed>().SubscribeAsync(false, None))
        {
            if (message is RouteMessage.Route route)
            {
                route.Value.State.ShouldBe("stopping");
                return;
            }

            message.ShouldNotBeOfType<RouteMessage.Synced>("The desktop's route is missing.");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_session_counts_from_its_first_moment_and_ends_with_all_others()
    {
        var view = new LaggingView(TimeSpan.Zero);
        view.Hold();
        using var host = new AccountsHost(over: store => new LaggingStore(store, view, showsOwnWrites: false));
        await host.CreateAsync("alice");
        var signedIn = (await host.SignInAsync("alice")).Value;

        (await host.Sessions.ListAsync(Actor.System, signedIn.Account.Id, None)).ShouldBeEmpty();
        (await host.Sessions.FindLiveAsync(signedIn.Account.Id, signedIn.SessionId, None)).ShouldNotBeNull();

        await host.Accounts.ChangeAsync(Actor.System, signedIn.Account.Id, new ChangeAccount { Disabled = true }, None);

        (await host.Sessions.FindLiveAsync(signedIn.Account.Id, signedIn.SessionId, None)).ShouldBeNull();
        host.Endings.All.ShouldContain(e => e.Session == signedIn.SessionId);
    }

    private static EventDocument News(string id, long order, string subject = "desktop/a") =>
        new() { Id = id, Kind = EventKinds.Desktop, Data = JsonSerializer.SerializeToElement(new { }), Subject = subject, Order = order };

    /// <summary>A store whose list of desktops stays what it was.</summary>
    private sealed class OldList(IDocumentStore inner, DocumentPage desktops) : IDocumentStore
    {
        public Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

        public Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken) =>
            query.Collection == "desktops" ? Task.FromResult(desktops) : inner.QueryAsync(query, cancellationToken);

        public Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken) => inner.CommitAsync(writes, cancellationToken);
    }
}
