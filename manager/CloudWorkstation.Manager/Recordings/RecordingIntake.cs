using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Recordings;

/// <inheritdoc cref="IRecordingIntake"/>
internal sealed class RecordingIntake(RecordingDocuments documents, ChunkStores stores, RecordingEnds ends, RecordingWatch watch) : IRecordingIntake
{
    private const int LongestReason = 64;

    public async Task<Outcome<bool>> PutAsync(string id, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        if (ChunkSeal.ReadHead(chunk.Span) is not { } head || head.Number != number || chunk.Length > ChunkSeal.MaximumBytes)
        {
            return RecordingProblems.Malformed;
        }

        if (!OperationIds.IsOne(id) || await documents.Recordings.GetAsync(id, cancellationToken) is not { Value: var recording })
        {
            return RecordingProblems.NotFound(id);
        }

        if (recording.State != RecordingState.Recording || stores.Of(recording) is not { } store)
        {
            return RecordingProblems.Ended;
        }

        try
        {
            if (!await store.WriteAsync(id, number, chunk, cancellationToken))
            {
                return RecordingProblems.OtherChunk;
            }
        }
        catch (RecordingPlaceException e)
        {
            watch.Tell(e.Fault);
            return RecordingProblems.Unavailable(e.Fault.Why);
        }

        return await IsKeptAsync(store, id, cancellationToken) ? true : RecordingProblems.Ended;
    }

    /// <summary>A recording that was deleted while one of its chunks was on its way must not leave that one behind.</summary>
    private async Task<bool> IsKeptAsync(IChunkStore store, string id, CancellationToken cancellationToken)
    {
        if (await documents.Recordings.GetAsync(id, cancellationToken) is { Value.State: not RecordingState.Expired })
        {
            return true;
        }

        await store.DeleteAsync(id, cancellationToken);
        return false;
    }

    public async Task<Outcome<bool>> CompleteAsync(string id, uint chunks, string reason, CancellationToken cancellationToken)
    {
        if (!OperationIds.IsOne(id) || await documents.Recordings.GetAsync(id, cancellationToken) is null)
        {
            return RecordingProblems.NotFound(id);
        }

        // Said twice because the first answer was lost: it has ended, and that was what was wanted.
        await ends.EndAsync(id, chunks, reason.Length <= LongestReason ? reason : reason[..LongestReason], cancellationToken);
        return true;
    }
}
