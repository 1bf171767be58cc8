using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Api.Streams;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Aws.Proxies;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Routing;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Internal;

/// <summary>For route agents and desktop proxies, with the internal key; not reachable through the router and not in the OpenAPI document.</summary>
public static class InternalApi
{
    private const int HeartbeatSeconds = 5;

    public static void MapInternal(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/internal/v1").RequireAuthorization(AuthServices.InternalPolicy).ExcludeFromDescription().RefuseImpossibleIds();
        group.MapGet("/feed", Feed).Streams("Snapshot, then changes.");
        group.MapPost("/feed/marks/{id}", Reached).Answers(204).Refuses("not_found");
        group.MapGet("/keys", (IKeyRing keys) => Results.Ok(KeysApi.Answer(keys.Published))).Answers<ListOf<KeyModel>>(200);
        group.MapGet("/proxy-key", ProxyKey).Answers<ProxyKeyAnswer>(200).Refuses("not_found");
        group.MapPost("/proxies", Announce).Takes<ProxyAnnouncement>().Answers(204).Refuses("invalid", "not_found", "conflict");
        group.MapPost("/connections/{id}/open", Open).Answers<OpenAnswer>(200).Refuses("token_used", "desktop_not_running", "not_found", "connection_ended", "conflict", "recording_unavailable");
        group.MapPost("/connections/{id}/report", Report).Takes<ReportRequest>().Answers(204).Refuses("connection_ended", "conflict", "not_found", "desktop_not_running", "token_used");
        group.MapPost("/connections/{id}/close", Close).Takes<CloseRequest>().Answers(204);
        ReportsApi.Map(group);
        group.MapRecordingIntake();
    }

    private static Task Feed(IRouteFeed feed, EventStreams streams, HttpContext http, bool? acknowledges) =>
        streams.WriteAsync(http, until => RouteMessages.WriteAsync(feed, acknowledges == true, until));

    /// <summary>A mark that nobody waits for any more is no mistake of the agent's.</summary>
    private static IResult Reached(string id, IRouteFeed feed)
    {
        if (!Guid.TryParse(id, out var mark))
        {
            return HttpProblem.Of("not_found");
        }

        feed.Reached(mark);
        return Results.NoContent();
    }

    /// <summary>The desktop proxies' private key for a proxy without a disk in common; of use only to who knows the shared secret besides the internal key.</summary>
    private static IResult ProxyKey(IKeyRing keys, IOptions<ApiSettings> settings) => settings.Value.DesktopProxySecret is { } secret
        ? Results.Ok(ProxyKeyAnswer.Of(keys.DesktopProxyKey, secret))
        : HttpProblem.Of("not_found", "This installation hands the desktop proxies their key in a file.");

    /// <summary>A desktop's own proxy has started and says where.</summary>
    private static async Task<IResult> Announce(JsonBody<ProxyAnnouncement> body, IProxyAnnouncements proxies, CancellationToken cancellationToken) =>
        (await proxies.AnnounceAsync(body.Value.Desktop, body.Value.Address, cancellationToken)).Match(_ => Results.NoContent());

    private static async Task<IResult> Open(string id, IConnectionService connections, CancellationToken cancellationToken) =>
        (await connections.OpenAsync(id, cancellationToken)).Match(opened => Results.Ok(OpenAnswer.Of(opened, HeartbeatSeconds)));

    private static async Task<IResult> Report(
        string id, JsonBody<ReportRequest> body, IConnectionService connections, CancellationToken cancellationToken) =>
        (await connections.ReportAsync(id, body.Value.ToReport(), cancellationToken)).Match(_ => Results.NoContent());

    private static async Task<IResult> Close(
        string id, JsonBody<CloseRequest> body, IConnectionService connections, CancellationToken cancellationToken)
    {
        await connections.CloseAsync(id, body.Value.Reason, body.Value.ToReport(), cancellationToken);
        return Results.NoContent();
    }
}
