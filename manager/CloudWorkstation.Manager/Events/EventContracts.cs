using System.Text.Json;

namespace CloudWorkstation.Manager.Events;

/// <summary>Something happened that a console or a route agent wants to know at once.</summary>
/// <param name="Id">Position in the stream, opaque, sorts by time.</param>
/// <param name="Kind"><c>desktop</c>, <c>desktop-deleted</c>, <c>operation</c>, <c>templates</c>, <c>session</c>, <c>watchers</c>, <c>watch-request</c>, <c>reset</c>.</param>
/// <param name="Owner">Account id that may see it; null for admins only, <c>*</c> for everyone.</param>
/// <param name="Data">The new state as the api shows it to the owner, or enough to fetch it.</param>
public sealed record ProductEvent(string Id, string Kind, string? Owner, JsonElement Data);

/// <summary>Live events with replay.</summary>
public interface IEventFeed
{
    /// <summary>
    /// The newest event's id, empty while there is none. A stream that sends it before anything else lets a listener that breaks off
    /// before the first event replay from where it began.
    /// </summary>
    ValueTask<string> HeadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Events after <paramref name="lastEventId"/> that the actor may see, then live ones. Where the replay no longer reaches back far
    /// enough (or the id is unknown) the first event is <c>reset</c>: the listener fetches everything again.
    /// </summary>
    IAsyncEnumerable<ProductEvent> SubscribeAsync(Actor actor, string? lastEventId, CancellationToken cancellationToken);

    /// <summary>Tells everyone that the templates on offer changed.</summary>
    Task TemplatesChangedAsync(CancellationToken cancellationToken);
}
