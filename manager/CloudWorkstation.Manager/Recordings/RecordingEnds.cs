using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>
/// How recordings end and go. Each step is one commit that finds out by its condition whether it was done already, so that a process may
/// die between any two of them and another goes on.
/// </summary>
internal sealed class RecordingEnds(RecordingDocuments documents, ChunkStores stores, IAuditLog audit, TimeProvider time)
{
    private const int MostTries = 20;

    /// <summary>Ends a recording that goes on; <paramref name="chunks"/> is how many the proxy sent, null when nobody says. False when it had ended.</summary>
    public async Task<bool> EndAsync(string id, uint? chunks, string? reason, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await documents.Recordings.GetAsync(id, cancellationToken) is not { Value.State: RecordingState.Recording } found)
            {
                return false;
            }

            var recording = found.Value;
            var store = stores.Of(recording);
            var stored = store is null ? new StoredChunks(0, 0) : await store.LookAsync(id, cancellationToken);
            var length = await LengthAsync(store, recording, stored.Count, cancellationToken);
            var ended = recording.StartedAt.AddMilliseconds(length);
            var next = recording with
            {
                State = chunks == stored.Count ? RecordingState.Complete : RecordingState.Broken,
                EndedAt = ended,
                Reason = reason,
                DurationMilliseconds = length,
                Bytes = stored.Bytes,
                Chunks = stored.Count,
                ExpiresAt = ended.AddDays(recording.RetentionDays),
            };
            var result = next.State == RecordingState.Complete ? AuditResults.Succeeded : AuditResults.Failed;
            var told = audit.Entry(Actor.System, AuditActions.RecordingEnd, $"recording/{id}", result, $"{reason ?? "the desktop proxy fell silent"}, {stored.Count} chunks, {stored.Bytes} bytes");
            if (await CommitAsync([documents.Recordings.Replace(next, found.Version), told, await UsageAsync(stored.Bytes, cancellationToken)], cancellationToken))
            {
                await (store?.TidyAsync(id, cancellationToken) ?? Task.CompletedTask);
                return true;
            }
        }

        return false;
    }

    /// <summary>Says for good that a recording goes. Null when there is none, false when others are at it.</summary>
    public async Task<bool?> ExpireAsync(string id, Actor actor, string action, string detail, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await documents.Recordings.GetAsync(id, cancellationToken) is not { } found || found.Value.State == RecordingState.Expired)
            {
                return null;
            }

            if (found.Value.State == RecordingState.Recording)
            {
                return false;
            }

            var next = found.Value with { State = RecordingState.Expired, ExpiresAt = time.GetUtcNow() };
            if (await CommitAsync([documents.Recordings.Replace(next, found.Version), audit.Entry(actor, action, $"recording/{id}", AuditResults.Accepted, detail)], cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes what is left of an expired recording: the chunks, then the document. What fails is tried again in a later round.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (await documents.Recordings.GetAsync(id, cancellationToken) is not { Value.State: RecordingState.Expired } found || stores.Of(found.Value) is not { } store)
        {
            return;
        }

        await store.DeleteAsync(id, cancellationToken);
        for (var i = 0; i < MostTries; i++)
        {
            if (await documents.Recordings.GetAsync(id, cancellationToken) is not { } current
                || await CommitAsync([documents.Recordings.Remove(id, current.Version), await UsageAsync(-(current.Value.Bytes ?? 0), cancellationToken)], cancellationToken))
            {
                return;
            }
        }
    }

    private static async Task<long> LengthAsync(IChunkStore? store, Recording recording, uint count, CancellationToken cancellationToken) =>
        count > 0 && await store!.ReadAsync(recording.Id, count - 1, ChunkSeal.HeadBytes, cancellationToken) is { } head ? ChunkSeal.ReadHead(head)?.To ?? 0 : 0;

    private async Task<DocumentWrite> UsageAsync(long more, CancellationToken cancellationToken)
    {
        var current = await documents.Usage.GetAsync(RecordingUsage.All, cancellationToken);
        var next = new RecordingUsage(RecordingUsage.All, Math.Max(0, (current?.Value.Bytes ?? 0) + more));
        return current is null ? documents.Usage.Add(next) : documents.Usage.Replace(next, current.Version);
    }

    private async Task<bool> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken) =>
        (await documents.Recordings.Store.CommitAsync(writes, cancellationToken)).Committed;
}
