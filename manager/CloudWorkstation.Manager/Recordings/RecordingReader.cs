using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Finds recordings for a person. Who may not see everyone's only ever reads the partition of their own.</summary>
internal sealed class RecordingReader(RecordingDocuments documents, ChunkStores stores, OwnerLookup owners)
{
    public static bool MayView(Actor actor) => actor.May(Permissions.RecordingsView);

    public async Task<Recording?> FindAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        OperationIds.IsOne(id) && await documents.Recordings.GetAsync(id, cancellationToken) is { Value: var found }
        && found.State != RecordingState.Expired && (MayView(actor) || actor.Is(found.Owner))
            ? await WithSizeAsync(found, cancellationToken)
            : null;

    public async Task<Outcome<Listing<Recording>>> ListAsync(Actor actor, RecordingFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Everyone && !MayView(actor))
        {
            return new Problem(ProblemKind.Forbidden, "forbidden", "Your roles do not let you see everyone's recordings.");
        }

        var owner = filter.Everyone ? null : await OwnerAsync(actor, filter.Owner, cancellationToken);
        if (owner is null && !filter.Everyone)
        {
            return new Listing<Recording>([], null);
        }

        // The id begins with the time, so that a bound of time is a bound of the index.
        var bounded = Partition(owner, filter) with
        {
            Descending = true,
            From = filter.From is { } from ? SortableIds.LowerBound(from) : null,
            To = filter.To is { } to ? SortableIds.LowerBound(to) : null,
        };
        return await FilteredPages.ReadAsync(
            documents.Recordings,
            bounded,
            $"recordings|{owner}|{filter.Desktop}|{filter.From:O}|{filter.To:O}",
            r => r.State != RecordingState.Expired && (owner is null || r.Owner == owner) && (filter.Desktop is null || r.Desktop == filter.Desktop),
            r => r.Value,
            filter.Limit,
            filter.Cursor,
            cancellationToken);
    }

    private IndexQuery Partition(string? owner, RecordingFilter filter) => (owner, filter.Desktop) switch
    {
        ({ } id, _) => documents.Recordings.Query(RecordingDocuments.ByOwner, id),
        (_, { Length: > 0 and <= 256 } desktop) => documents.Recordings.Query(RecordingDocuments.ByDesktop, desktop),
        _ => documents.Recordings.Query(RecordingDocuments.ByTime, RecordingDocuments.Everything),
    };

    private async Task<string?> OwnerAsync(Actor actor, string? asked, CancellationToken cancellationToken) =>
        asked is null || actor.Is(asked) || string.Equals(asked, actor.UserName, StringComparison.OrdinalIgnoreCase) ? actor.AccountId
        : MayView(actor) && asked.Length is > 0 and <= 256 ? await owners.FindAsync(actor, asked, cancellationToken)
        : null;

    /// <summary>What grows still is counted where it is.</summary>
    private async Task<Recording> WithSizeAsync(Recording recording, CancellationToken cancellationToken)
    {
        if (recording.State != RecordingState.Recording || stores.Of(recording) is not { } store)
        {
            return recording;
        }

        try
        {
            var stored = await store.LookAsync(recording.Id, cancellationToken);
            var head = stored.Count > 0 ? await store.ReadAsync(recording.Id, stored.Count - 1, Tokens.Recordings.ChunkSeal.HeadBytes, cancellationToken) : null;
            return recording with { Bytes = stored.Bytes, Chunks = stored.Count, DurationMilliseconds = head is null ? 0 : Tokens.Recordings.ChunkSeal.ReadHead(head)?.To };
        }
        catch (RecordingPlaceException)
        {
            // That it goes on is known all the same.
            return recording;
        }
    }
}
