using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Recordings.Chunks;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Chunks without a document, and since when that is known.</summary>
internal sealed record RecordingStray(string Id, DateTimeOffset SeenAt);

/// <summary>
/// Removes chunks that belong to no recording: of a store that was restored to an earlier moment, or that a dying process wrote last. Nobody can
/// play them, since the key is in the document. They go when they have been strays for as long as a store can be restored, so that a process that was
/// started on the wrong store for a day destroys nothing.
/// </summary>
internal sealed class RecordingStrays(RecordingDocuments documents, ChunkStores stores, IAuditLog audit, TimeProvider time, ILogger<RecordingStrays> logger)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(35);

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var store in stores.All)
        {
            await foreach (var id in store.ListAsync(cancellationToken))
            {
                if (OperationIds.IsOne(id) && await documents.Recordings.GetAsync(id, cancellationToken) is null)
                {
                    await JudgeAsync(store, id, cancellationToken);
                }
            }
        }
    }

    private async Task JudgeAsync(IChunkStore store, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await documents.Strays.GetAsync(id, cancellationToken) is not { } known)
        {
            logger.LogWarning("There is something of the recording {Recording}, which the store does not know; it is removed in {Days} days.", id, (int)Kept.TotalDays);
            await documents.Strays.Store.CommitAsync([documents.Strays.Add(new RecordingStray(id, now), now + (2 * Kept))], cancellationToken);
        }
        else if (now - known.Value.SeenAt >= Kept)
        {
            await store.DeleteAsync(id, cancellationToken);
            await documents.Strays.Store.CommitAsync(
                [documents.Strays.Remove(id, known.Version), audit.Entry(Actor.System, AuditActions.RecordingExpire, $"recording/{id}", AuditResults.Succeeded, "chunks that no document knew")], cancellationToken);
        }
    }
}
