using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Tests.Parts;
using Moq;

namespace CloudWorkstation.Manager.Tests.Desktops.Sharing;

/// <summary>Alice's running desktop, and people who want to see it. Everybody's session lives but those in <see cref="Gone"/>.</summary>
internal sealed class SharingWorld : IAsyncDisposable
{
    private SharingWorld(TestManager manager, Desktop desktop) => (Manager, Desktop) = (manager, desktop);

    public static Actor Carol { get; } = new("acc-carol", "carol", ["user"], [], "ses-carol");

    public static Actor Support { get; } = new("acc-support", "helper", ["user", "support"], [], "ses-support");

    public static ConnectionReport Quiet { get; } = new(null, 1, 1, null);

    public TestManager Manager { get; }

    public Desktop Desktop { get; }

    public HashSet<string> Gone { get; } = [];

    public IDesktopShares Shares => Manager.Get<IDesktopShares>();

    public IDesktopWatchers Watchers => Manager.Get<IDesktopWatchers>();

    public IConnectionService Connections => Manager.Get<IConnectionService>();

    public static async Task<SharingWorld> NewAsync(TimeProvider? time = null, Action<TestTemplates>? templates = null, Dictionary<string, string?>? settings = null)
    {
        var manager = new TestManager(time: time, settings: settings);
        templates?.Invoke(manager.Templates);
        await manager.AddAsync(TestManager.Alice, TestManager.Bob, Carol, TestManager.Admin, Support);
        var world = new SharingWorld(manager, await manager.BuildAsync(TestManager.Alice));
        manager.Sessions.Setup(s => s.FindLiveAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync((string account, string session, CancellationToken _) =>
            world.Gone.Contains(session) ? null : new SessionInfo(session, account, account, default, default, DateTimeOffset.MaxValue, null, null));
        return world;
    }

    public async Task<MadeShare> ShareAsync(ScreenAccess access = ScreenAccess.View, string[]? people = null, bool singleUse = false, DateTimeOffset? until = null) =>
        (await Shares.CreateAsync(TestManager.Alice, Desktop.Id, new NewShare(access, people, people is null, until, singleUse), None)).Value;

    public Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, MadeShare share, ScreenEngine? engine = null) =>
        Shares.ConnectAsync(actor, share.Share.Id, share.Token, engine, None);

    /// <summary>All the way to an open connection, as a desktop proxy would say.</summary>
    public async Task<string> EnterAsync(Actor actor, MadeShare share) => await OpenedAsync((await ConnectAsync(actor, share)).Value);

    public async Task<string> EnterAsOwnerAsync(ScreenEngine? engine = null) => await OpenedAsync((await Manager.Desktops.ConnectAsync(TestManager.Alice, Desktop.Id, engine, None)).Value);

    public async Task<string> OpenedAsync(ConnectionGrant grant)
    {
        (await Connections.OpenAsync(grant.ConnectionId, None)).Problem.ShouldBeNull();
        return grant.ConnectionId;
    }

    public async Task<string?> ReasonAsync(string connection) => (await Connections.ReportAsync(connection, Quiet, None)).Problem?.Code;

    public async Task<IReadOnlyList<string>> NamesAsync() => [.. (await Watchers.ListAsync(TestManager.Alice, Desktop.Id, None)).Value.Select(w => $"{w.UserName} {w.Role} {w.Access}")];

    public async Task StopAsync()
    {
        var stop = (await Manager.Desktops.ChangeAsync(TestManager.Alice, Desktop.Id, new ChangeDesktop { Power = Power.Off }, None)).Value;
        await Manager.RunAsync(stop.Operation!.Id);
    }

    public async Task StartAsync()
    {
        var start = (await Manager.Desktops.ChangeAsync(TestManager.Alice, Desktop.Id, new ChangeDesktop { Power = Power.On }, None)).Value;
        await Manager.RunAsync(start.Operation!.Id);
    }

    public ValueTask DisposeAsync() => Manager.DisposeAsync();

    private static CancellationToken None => CancellationToken.None;
}
