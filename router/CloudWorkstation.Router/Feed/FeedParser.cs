using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CloudWorkstation.Router.Feed;

/// <summary>
/// Turns events into messages and lets nothing through that could break out of a map line or a command of the runtime API:
/// every word has a form, and what does not have it is not a route.
/// </summary>
internal static partial class FeedParser
{
    private sealed record RouteJson(string? Desktop, string? Owner, string? State, string? Proxy);

    private sealed record UnrouteJson(string? Desktop);

    private sealed record MarkJson(Guid? Id);

    private sealed record RevokeJson(string? SessionId, DateTimeOffset? Until);

    /// <summary>Null for an event that is malformed or carries a word of the wrong form.</summary>
    /// <param name="item">As it came.</param>
    /// <param name="sharedProxy">The one name that may stand for a proxy's address: HAProxy looks it up by itself.</param>
    public static FeedMessage? Parse(SseEvent item, string? sharedProxy = null)
    {
        try
        {
            return item.Kind switch
            {
                "route" => Route(Read<RouteJson>(item.Data), sharedProxy),
                "unroute" => Read<UnrouteJson>(item.Data) is { Desktop: { } id } && DesktopId().IsMatch(id) ? new FeedMessage.Unroute(id) : null,
                "revoke" => Read<RevokeJson>(item.Data) is { SessionId: { } sid, Until: { } until } && Word().IsMatch(sid)
                    ? new FeedMessage.Revoke(sid, until)
                    : null,
                "mark" => Read<MarkJson>(item.Data) is { Id: { } mark } ? new FeedMessage.Mark(mark) : null,
                "synced" => new FeedMessage.Synced(),
                _ => new FeedMessage.Other(),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static FeedMessage.Route? Route(RouteJson? json, string? sharedProxy) =>
        json is { Desktop: { } desktop, Owner: { } owner, State: { } state, Proxy: { } proxy }
        && DesktopId().IsMatch(desktop) && Word().IsMatch(owner) && State().IsMatch(state)
        && Address(proxy, sharedProxy) is { } address
            ? new FeedMessage.Route(desktop, owner, state, address)
            : null;

    private static string? Address(string proxy, string? sharedProxy)
    {
        if (proxy == sharedProxy)
        {
            return proxy;
        }

        return IPEndPoint.TryParse(proxy, out var address) && address.Port > 0 ? address.ToString() : null;
    }

    private static T? Read<T>(string data) => JsonSerializer.Deserialize<T>(data, JsonSerializerOptions.Web);

    [GeneratedRegex("^[a-z][a-z0-9]{11}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DesktopId();

    [GeneratedRegex("^[A-Za-z0-9._@:-]{1,128}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex("^[a-z]{1,32}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex State();
}
