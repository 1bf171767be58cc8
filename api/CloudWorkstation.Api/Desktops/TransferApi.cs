using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Transfers;

namespace CloudWorkstation.Api.Desktops;

/// <summary>Hands a desktop to somebody else.</summary>
public static class TransferApi
{
    public static void MapTransfer(this RouteGroupBuilder desktops) => desktops.MapPost("/{id}/transfer", Transfer).Require(Permissions.DesktopsManage)
        .Describe(
            "TransferDesktop",
            "Give a desktop to another person",
            "With everything on it. Connections to it end at once, and nothing that its owner was given opens it any more. The new owner needs an entitlement to its template and room in their quota.")
        .ReadsHeader("If-Match", "The `ETag` it must still have.").Takes<TransferRequest>()
        .Answers<DesktopModel>(200, "Theirs.").Refuses("forbidden", "not_found", "operation_in_progress", "owner_not_entitled", "quota_exceeded", "conflict", "stale", "malformed_if_match");

    private static async Task<IResult> Transfer(
        string id, JsonBody<TransferRequest> body, Caller caller, IDesktopTransfer transfer, DesktopModels models, HttpContext http, CancellationToken cancellationToken)
    {
        var request = new TransferDesktop(body.Value.Owner, EntityTags.IfMatch(http.Request) ?? body.Value.Version);
        var outcome = await transfer.TransferAsync(caller.Actor, id, request, cancellationToken);
        return outcome.Match(done =>
        {
            EntityTags.Set(http.Response, done.Version);
            return Results.Ok(models.Of(done));
        });
    }
}

public sealed record TransferRequest
{
    /// <value>User name or account id of the new owner.</value>
    public required string Owner { get; init; }

    /// <value>The desktop's version as read; left out, the desktop may have changed since.</value>
    public long? Version { get; init; }
}
