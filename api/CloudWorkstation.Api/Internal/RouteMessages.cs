using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Streams;
using CloudWorkstation.Manager.Routing;

namespace CloudWorkstation.Api.Internal;

/// <summary>The route feed as server-sent events.</summary>
internal static class RouteMessages
{
    public static async IAsyncEnumerable<ServerSentEvent> WriteAsync(IRouteFeed feed, bool acknowledges, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in feed.SubscribeAsync(acknowledges, cancellationToken))
        {
            yield return ToEvent(message);
        }
    }

    private static ServerSentEvent ToEvent(RouteMessage message) => message switch
    {
        RouteMessage.Route route => Event("route", route.Value),
        RouteMessage.Unroute unroute => Event("unroute", unroute),
        RouteMessage.Revoke revoke => Event("revoke", revoke),
        RouteMessage.End end => Event("end", end),
        RouteMessage.Keys => Event("keys", new { }),
        RouteMessage.Synced => Event("synced", new { }),
        RouteMessage.Mark mark => Event("mark", mark),
        _ => throw new InvalidOperationException($"The route feed has a message that has no event: {message.GetType().Name}."),
    };

    private static ServerSentEvent Event<T>(string name, T data) => new(name, JsonSerializer.SerializeToUtf8Bytes(data, ApiJson.Options));
}
