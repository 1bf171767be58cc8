using CloudWorkstation.Manager.Access.Rules;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Streams;
using CloudWorkstation.Manager.Events;

namespace CloudWorkstation.Api.Events;

/// <summary>What happens, as it happens, as far as the caller may see it.</summary>
public static class EventsApi
{
    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/events", Listen).WithTags("Events").NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsRead)
            .Describe(
                "ListenToEvents",
                "Live events",
                "Server-sent events. `desktop` and `operation` carry the new state, `desktop-deleted` the id, `templates` says that the list changed, `reset` that "
                + "events were missed and everything should be read again, `session` that the session has ended, `watchers` who is at the screen of a desktop of the caller's or one shared with them, `watch-request` that an administrator asks to see one, or how that stands. A comment every 15 seconds shows that the stream lives.")
            .ReadsHeader("Last-Event-ID", "The last `id` that was received; events after it come first.")
            .Streams("The stream; it does not end by itself.");

    private static Task Listen(Caller caller, IEventFeed feed, SessionWatch sessions, StreamAccess access, EventStreams streams, HttpContext http) =>
        streams.WriteAsync(http, caller, until => Messages(caller, feed, sessions, access.Of(caller.Actor), LastEventId(http.Request), until));

    private static async IAsyncEnumerable<ServerSentEvent> Messages(
        Caller caller, IEventFeed feed, SessionWatch sessions, StreamAccess.Check access, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in feed.SubscribeAsync(caller.Actor, lastEventId, cancellationToken))
        {
            if (happened.Kind == EventKinds.Session)
            {
                // The watch says it once for every stream of the session, and ends them.
                sessions.Ended(caller.Actor.SessionId ?? "");
                continue;
            }

            if (!await access.HoldsAsync(cancellationToken))
            {
                // The client comes back with the last id it has, and gets what is now for it.
                yield break;
            }

            yield return new ServerSentEvent(happened.Kind, JsonSerializer.SerializeToUtf8Bytes(happened.Data), happened.Id);
        }
    }

    /// <summary>Anything that could not be an id of ours is as good as unknown.</summary>
    private static string? LastEventId(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ Length: > 0 } id] ? (id.Length <= 128 ? id : "unknown") : null;
}
