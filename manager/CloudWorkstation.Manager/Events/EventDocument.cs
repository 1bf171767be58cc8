using CloudWorkstation.Manager.Access.Rules;
using System.Text.Json;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Events;

/// <summary>The end of a session as the router needs to know it.</summary>
public sealed record SessionEnding(DateTimeOffset TokensValidUntil, string Reason);

/// <summary>The end of one connection as its desktop proxy needs to know it.</summary>
public sealed record ConnectionEnding(string Desktop, string Connection, string Reason);

/// <summary>An event as stored: written in the same commit as the change it tells of.</summary>
public sealed record EventDocument
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    /// <value>Account id that may see it; null for admins only, <c>*</c> for everyone.</value>
    public string? Owner { get; init; }

    /// <value>When set, only this session's listeners see it.</value>
    public string? Session { get; init; }

    /// <value>Only its owner sees it, not those who see everyone's desktops; and it means nothing to the router.</value>
    public bool Personal { get; init; }

    public required JsonElement Data { get; init; }

    /// <value>Set when the event is the end of <see cref="Session"/>; never shown to clients.</value>
    public SessionEnding? Ending { get; init; }

    /// <value>Set when the event is the end of one connection; never shown to clients.</value>
    public ConnectionEnding? ConnectionEnding { get; init; }

    /// <value>What the change means to the router; never shown to clients.</value>
    public DesktopRoute? Route { get; init; }

    /// <value>What it tells of, for example <c>desktop/abc123def456</c>; null where an older one may come after a newer one.</value>
    public string? Subject { get; init; }

    /// <value>Version of the subject that it tells of: what other processes write may be heard of in another order than it was done.</value>
    public long Order { get; init; }

    public bool VisibleTo(Actor actor) =>
        Session is not null
            ? string.Equals(Session, actor.SessionId, StringComparison.Ordinal)
            : actor.Is(Owner) || (!Personal && (Owner == "*" || actor.May(Permissions.DesktopsRead)));

    public ProductEvent ToEvent() => new(Id, Kind, Owner, Data);
}

/// <summary>Kinds of events.</summary>
public static class EventKinds
{
    public const string Desktop = "desktop";
    public const string DesktopDeleted = "desktop-deleted";
    public const string Operation = "operation";
    public const string Templates = "templates";
    public const string Session = "session";
    public const string Watchers = "watchers";
    public const string WatchRequest = "watch-request";

    /// <summary>For the desktop proxies alone: one connection must end.</summary>
    public const string ConnectionEnd = "connection-end";
    public const string Reset = "reset";
}

internal static class EventDocuments
{
    public const string Stream = "stream";
    public const string Everything = "all";

    public static TimeSpan Kept { get; } = TimeSpan.FromHours(1);

    public static CollectionDefinition Definition { get; } = new("events", Stream);

    public static Collection<EventDocument> In(IDocumentStore store) =>
        new(store, Definition, e => e.Id, e => [new IndexEntry(Stream, Everything, e.Id)]);
}
