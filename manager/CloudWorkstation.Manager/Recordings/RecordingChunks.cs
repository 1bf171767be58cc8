using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Reads a recording's chunks in their order and decrypts them, up to the first that is missing or was changed.</summary>
internal sealed class RecordingChunks(RecordingKeys keys, ChunkStores stores)
{
    private const int Ahead = 4;

    public bool CanRead(Recording recording) => stores.Of(recording) is not null;

    public async IAsyncEnumerable<OpenedChunk> ReadAsync(Recording recording, RecordingPart part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (stores.Of(recording) is not { } store)
        {
            yield break;
        }

        // Of one that goes on and could not be counted, it is asked again: unreachable is not empty.
        var count = recording.Chunks ?? (await store.LookAsync(recording.Id, cancellationToken)).Count;
        if (count == 0)
        {
            yield break;
        }

        using var key = keys.Open(recording);
        var first = Math.Max(part.First, await FirstAsync(store, recording.Id, count, part.From, cancellationToken));
        var end = (uint)Math.Min(count, (ulong)first + part.Count);
        await foreach (var (number, chunk) in AheadAsync(store, recording.Id, first, end, cancellationToken))
        {
            if (chunk is null || ChunkSeal.ReadHead(chunk) is not { } head || head.From >= part.To || TryOpen(key, recording.Id, number, chunk) is not { } records)
            {
                yield break;
            }

            yield return new OpenedChunk(number, head.From, head.To, part.Pictures ? records : RecordingOutline.Of(records));
        }
    }

    /// <summary>While one chunk is worked on the next few are on their way: a bucket takes a moment for each.</summary>
    private static async IAsyncEnumerable<(uint Number, byte[]? Chunk)> AheadAsync(
        IChunkStore store, string recording, uint first, uint end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var coming = new Queue<Task<byte[]?>>(Ahead);
        for (var (number, next) = (first, first); number < end; number++)
        {
            for (; next < end && coming.Count < Ahead; next++)
            {
                coming.Enqueue(store.ReadAsync(recording, next, int.MaxValue, cancellationToken));
            }

            yield return (number, await coming.Dequeue());
        }
    }

    private static byte[]? TryOpen(AesGcm key, string recording, uint number, byte[] chunk)
    {
        try
        {
            return ChunkSeal.Open(key, recording, number, chunk);
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>The first chunk that reaches to <paramref name="from"/>; found by the heads alone.</summary>
    private static async Task<uint> FirstAsync(IChunkStore store, string recording, uint count, uint from, CancellationToken cancellationToken)
    {
        var (low, high) = (0u, from == 0 ? 0u : count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var head = await store.ReadAsync(recording, middle, ChunkSeal.HeadBytes, cancellationToken) is { } bytes ? ChunkSeal.ReadHead(bytes) : null;
            if (head is { } found && found.To < from)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
