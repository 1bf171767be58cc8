using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using CloudWorkstation.Tokens.Recordings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>A record as a test looks at it.</summary>
public sealed record SeenRecord(RecordKind Kind, uint At, byte[] Content);

/// <summary>The api's side of recordings: orders one, takes chunks, opens them.</summary>
public sealed class StubRecordings
{
    public const string Id = "01kfake0000000000000000000";
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(ChunkSeal.KeyBytes);

    public ConcurrentDictionary<uint, byte[]> Chunks { get; } = new();

    public ConcurrentQueue<(uint Chunks, string Reason)> Completed { get; } = new();

    /// <summary>What the proxy is told; null for nothing.</summary>
    public object? Order { get; private set; }

    /// <summary>Status of the next answers to chunks; 0 for yes.</summary>
    public int Refusal { get; set; }

    /// <summary>While set, a chunk is answered only when this is.</summary>
    public TaskCompletionSource? Held { get; set; }

    public int Asked => _asked;

    private int _asked;

    public void Demand(bool keys = false, long maximumBytes = 1L << 40, int maximumSeconds = 36_000) => Order = new
    {
        id = Id,
        keys,
        key = Base64Url.EncodeToString(TestProxy.TargetKey.Rsa.Encrypt(_key, RSAEncryptionPadding.OaepSHA256)),
        maximumBytes,
        maximumSeconds,
    };

    public void DemandWithStrangeKey() => Order = new { id = Id, keys = false, key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(256)), maximumBytes = 1 << 30, maximumSeconds = 100 };

    /// <summary>All records so far, in order.</summary>
    public IReadOnlyList<SeenRecord> Records()
    {
        using var aes = new AesGcm(_key, 16);
        var records = new List<SeenRecord>();
        for (var number = 0u; Chunks.TryGetValue(number, out var chunk); number++)
        {
            ReadOnlySpan<byte> rest = ChunkSeal.Open(aes, Id, number, chunk);
            while (StreamRecord.TryRead(ref rest, out var record))
            {
                records.Add(new SeenRecord(record.Kind, record.At, record.Content.ToArray()));
            }

            rest.Length.ShouldBe(0);
        }

        return records;
    }

    public byte[] Screen() => [.. Records().Where(r => r.Kind == RecordKind.Screen).SelectMany(r => r.Content)];

    public void Map(WebApplication app)
    {
        app.MapPut("/internal/v1/recordings/{id}/chunks/{number}", async (string id, uint number, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            Interlocked.Increment(ref _asked);
            if (Held is { } held)
            {
                await held.Task.WaitAsync(request.HttpContext.RequestAborted);
            }

            if (Refusal != 0)
            {
                return Results.StatusCode(Refusal);
            }

            Chunks[number] = body.ToArray();
            return Results.NoContent();
        });
        app.MapPost("/internal/v1/recordings/{id}/complete", (string id, JsonElement body) =>
        {
            Completed.Enqueue((body.GetProperty("chunks").GetUInt32(), body.GetProperty("reason").GetString()!));
            return Results.NoContent();
        });
    }
}
