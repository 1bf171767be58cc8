using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Tokens.Recordings;
using Microsoft.AspNetCore.Http.Features;

namespace CloudWorkstation.Api.Internal;

/// <param name="Chunks">How many the proxy has sent.</param>
/// <param name="Reason">Why the session ended.</param>
public sealed record CompleteRecordingRequest(uint Chunks, string Reason);

/// <summary>Takes what desktop proxies record; encrypted before it comes.</summary>
internal static class RecordingIntakeApi
{
    private const string MediaType = "application/octet-stream";

    public static void MapRecordingIntake(this RouteGroupBuilder group)
    {
        group.MapPut("/recordings/{id}/chunks/{number}", Put).WithMetadata(new RequestBody(typeof(string), MediaType)).Answers(204)
            .Refuses("malformed_request", "not_found", "conflict", "body_too_large", "storage_full", "recording_unavailable");
        group.MapPost("/recordings/{id}/complete", Complete).Takes<CompleteRecordingRequest>().Answers(204).Refuses("not_found");
    }

    private static async Task<IResult> Put(string id, uint number, HttpContext http, IRecordingIntake recordings, CancellationToken cancellationToken)
    {
        if (http.Request.ContentLength is not { } length)
        {
            return HttpProblem.Of("malformed_request", "Say how long the chunk is.");
        }

        if (length > ChunkSeal.MaximumBytes)
        {
            return HttpProblem.Of("body_too_large", $"A chunk has at most {ChunkSeal.MaximumBytes} bytes.");
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = ChunkSeal.MaximumBytes;
        }

        var chunk = new byte[length];
        await http.Request.Body.ReadExactlyAsync(chunk, cancellationToken);
        return (await recordings.PutAsync(id, number, chunk, cancellationToken)).Match(_ => Results.NoContent());
    }

    private static async Task<IResult> Complete(string id, JsonBody<CompleteRecordingRequest> body, IRecordingIntake recordings, CancellationToken cancellationToken) =>
        (await recordings.CompleteAsync(id, body.Value.Chunks, body.Value.Reason, cancellationToken)).Match(_ => Results.NoContent());
}
