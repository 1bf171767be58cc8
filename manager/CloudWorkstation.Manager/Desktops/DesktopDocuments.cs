using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// When a desktop was last used. Its own document: reports come all the time, and must not make the desktop's ETag stale for somebody who
/// is about to change it.
/// </summary>
public sealed record DesktopActivity(string Desktop, DateTimeOffset? LastConnectedAt, DateTimeOffset? LastInputAt)
{
    /// <value>When somebody last opened the screen; what an open connection does later is told by its input.</value>
    public DateTimeOffset? LastOpenedAt { get; init; }

    /// <value>The owner does not want it stopped for being idle before.</value>
    public DateTimeOffset? KeptAwakeUntil { get; init; }

    /// <value>Idle time is counted from here at the earliest, because the clock was set meanwhile; null where it never was.</value>
    public DateTimeOffset? CountedFrom { get; init; }

    /// <value>The stop of which the owner was told.</value>
    public DateTimeOffset? WarnedOf { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ConnectionState>))]
public enum ConnectionState
{
    Granted,
    Open,
    Closed,
}

/// <summary>One connection of one person to one desktop, from the grant to its end.</summary>
public sealed record Connection
{
    public required string Id { get; init; }

    public required string Desktop { get; init; }

    /// <value>Account id of the person.</value>
    public required string Account { get; init; }

    public required string AccountName { get; init; }

    /// <value>Account id of the desktop's owner when the connection was granted: with another owner it is over.</value>
    public string? Owner { get; init; }

    /// <value>The share that let the person in; null for the owner.</value>
    public string? ShareId { get; init; }

    public ScreenAccess Access { get; init; } = ScreenAccess.Control;

    public ScreenEngine Engine { get; init; }

    public string? SessionId { get; init; }

    /// <value>Where the person was; null when unknown.</value>
    public string? Address { get; init; }

    /// <value><c>jti</c> of the token that was given out for it.</value>
    public required string TokenId { get; init; }

    public required ConnectionState State { get; init; }

    public required DateTimeOffset GrantedAt { get; init; }

    /// <value>The token must be used before this.</value>
    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }

    /// <value>What it was opened to carry: with a stricter policy it is over.</value>
    public SessionPolicy? Session { get; init; }

    public DateTimeOffset? ReportedAt { get; init; }

    /// <value>Last real input that was stored.</value>
    public DateTimeOffset? LastInputAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? Reason { get; init; }

    public long BytesToBrowser { get; init; }

    public long BytesToDesktop { get; init; }

    /// <value>The start of the desktop whose first frame nobody had seen when this connection was opened; null when somebody had.</value>
    public string? Start { get; init; }

    public DateTimeOffset? FirstFrameAt { get; init; }
}

/// <summary>The end of a start: somebody asked for the screen and saw it.</summary>
/// <param name="Operation">The start.</param>
/// <param name="Connection">The connection that showed it first.</param>
/// <param name="GrantedAt">When the person asked.</param>
/// <param name="OpenedAt">When the desktop proxy had them.</param>
/// <param name="FirstFrameAt">When they could see something.</param>
internal sealed record FirstLook(string Operation, string Connection, DateTimeOffset GrantedAt, DateTimeOffset OpenedAt, DateTimeOffset FirstFrameAt);

/// <summary>The collections of this folder.</summary>
internal sealed class DesktopDocuments(IDocumentStore store)
{
    public const string ByOwner = "owner";
    public const string ByStatus = "status";
    public const string ByTemplate = "template";
    public const string All = "all";
    public const string Everything = "all";
    private const int MostTries = 5;

    public static CollectionDefinition DesktopDefinition { get; } = new("desktops", ByOwner, All, ByStatus, ByTemplate);

    public static CollectionDefinition ActivityDefinition { get; } = new("activity");

    public static CollectionDefinition ConnectionDefinition { get; } = new("connections", "desktop", "session");

    public static CollectionDefinition LookDefinition { get; } = new("first-looks");

    public static TimeSpan ConnectionsKept { get; } = TimeSpan.FromDays(30);

    public Collection<Desktop> Desktops { get; } = new(store, DesktopDefinition, d => d.Id, Indexes);

    public Collection<DesktopActivity> Activity { get; } = new(store, ActivityDefinition, a => a.Desktop);

    public Collection<Connection> Connections { get; } = new(
        store,
        ConnectionDefinition,
        c => c.Id,
        c => c.SessionId is null
            ? [new IndexEntry("desktop", c.Desktop, c.Id)]
            : [new IndexEntry("desktop", c.Desktop, c.Id), new IndexEntry("session", c.SessionId, c.Id)]);

    public Collection<FirstLook> Looks { get; } = new(store, LookDefinition, l => l.Operation);

    public static string Partition(DesktopStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>Every running desktop: for rounds, not for requests.</summary>
    public IAsyncEnumerable<Desktop> RunningAsync(CancellationToken cancellationToken) =>
        Desktops.AllAsync(Desktops.Query(ByStatus, Partition(DesktopStatus.Running)) with { Limit = 200 }, cancellationToken).Select(d => d.Value);

    /// <summary>Changes what is known of a desktop's use. Given up when others change it at the same moment again and again: what they know is as new.</summary>
    public async Task ChangeActivityAsync(string desktop, Func<DesktopActivity, DesktopActivity> change, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var current = await Activity.GetAsync(desktop, cancellationToken);
            var next = change(current?.Value ?? new DesktopActivity(desktop, null, null));
            var write = current is null ? Activity.Add(next) : Activity.Replace(next, current.Version);
            if ((await store.CommitAsync([write], cancellationToken)).Committed)
            {
                return;
            }
        }
    }

    private static IEnumerable<IndexEntry> Indexes(Desktop desktop)
    {
        var sort = $"{desktop.CreatedAt.UtcTicks:x16}";
        return
        [
            new(ByOwner, desktop.Owner, sort),
            new(All, Everything, sort),
            new(ByStatus, Partition(desktop.Status), sort),
            new(ByTemplate, desktop.Template, sort),
        ];
    }
}
