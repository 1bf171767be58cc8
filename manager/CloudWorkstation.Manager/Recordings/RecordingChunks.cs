using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Reads a recording's chunks in their order and decrypts them, up to the first that is missing or was changed.</summary>
internal sealed class RecordingChunks(RecordingKeys keys, ChunkStores stores)
{
    public bool CanRead(Recording recording) => stores.Of(recording) is not null;

    public async IAsyncEnumerable<OpenedChunk> ReadAsync(Recording recording, uint from, uint to, [EnumeratorCancellation] CancellationToken cancellationToken)
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
        for (var number = await FirstAsync(store, recording.Id, count, from, cancellationToken); number < count; number++)
        {
            if (await store.ReadAsync(recording.Id, number, int.MaxValue, cancellationToken) is not { } chunk
                || ChunkSeal.ReadHead(chunk) is not { } head || head.From >= to
                || TryOpen(key, recording.Id, number, chunk) is not { } records)
            {
                yield break;
            }

            yield return new OpenedChunk(number, head.From, head.To, records);
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
