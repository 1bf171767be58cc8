using System.Buffers.Binary;
using CloudWorkstation.Manager.Recordings;

namespace CloudWorkstation.Api.Recordings;

/// <summary>Chunks as they are read: each behind 16 bytes with its number, its first and last millisecond and its length, big endian.</summary>
internal sealed record RecordingContent(IAsyncEnumerable<OpenedChunk> Chunks) : IResult
{
    public const string MediaType = "application/vnd.cloudworkstation.recording";
    private const int HeadBytes = 16;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        await foreach (var chunk in Chunks.WithCancellation(httpContext.RequestAborted))
        {
            WriteHead(response.BodyWriter.GetSpan(HeadBytes), chunk);
            response.BodyWriter.Advance(HeadBytes);
            await response.BodyWriter.WriteAsync(chunk.Records, httpContext.RequestAborted);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private static void WriteHead(Span<byte> target, OpenedChunk chunk)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, chunk.Number);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], chunk.From);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], chunk.To);
        BinaryPrimitives.WriteInt32BigEndian(target[12..], chunk.Records.Length);
    }
}
