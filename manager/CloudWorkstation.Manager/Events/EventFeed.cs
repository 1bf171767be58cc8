using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Events;

/// <summary>
/// Live events from one shared ring. What this process commits enters at once; what other processes commit enters by
/// <see cref="EventTail"/>; what was there before the start is loaded once, so that a listener can replay across a restart.
/// </summary>
internal sealed class EventFeed(IDocumentStore store, SortableIds ids, TimeProvider time) : IEventFeed, IDisposable
{
    private const int Capacity = 8192;
    private const int Batch = 256;
    private static readonly JsonElement Nothing = JsonSerializer.SerializeToElement(new { });
    private readonly Collection<EventDocument> events = EventDocuments.In(store);
    private readonly SemaphoreSlim loading = new(1, 1);
    private volatile bool loaded;

    internal EventRing Ring { get; } = new(Capacity);

    public async ValueTask<string> HeadAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Ring.Head.Id;
    }

    public async IAsyncEnumerable<ProductEvent> SubscribeAsync(Actor actor, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        var start = string.IsNullOrEmpty(lastEventId) ? Ring.Head.Position : Ring.PositionAfter(lastEventId);
        var position = start ?? -1L - Capacity;
        while (true)
        {
            var read = Ring.Read(position, Batch);
            if (read.Lost)
            {
                (position, var head) = Ring.Head;
                yield return new ProductEvent(head, EventKinds.Reset, actor.AccountId, Nothing);
                continue;
            }

            position = read.Next;
            foreach (var entry in read.Entries)
            {
                if (entry.VisibleTo(actor))
                {
                    yield return entry.ToEvent();
                }
            }

            await Ring.WaitAsync(position, cancellationToken);
        }
    }

    public async Task TemplatesChangedAsync(CancellationToken cancellationToken)
    {
        var document = New(EventKinds.Templates, "*", Nothing);
        await StoreAsync(document, cancellationToken);
        Publish([document]);
    }

    /// <summary>For what has no commit of its own.</summary>
    public Task StoreAsync(EventDocument document, CancellationToken cancellationToken) =>
        events.Store.CommitAsync([Write(document)], cancellationToken);

    public EventDocument New(string kind, string? owner, JsonElement data) => new() { Id = ids.Next(), Kind = kind, Owner = owner, Data = data };

    public DocumentWrite Write(EventDocument document) => events.Add(document, time.GetUtcNow() + EventDocuments.Kept);

    /// <summary>After the commit: wakes the listeners.</summary>
    public void Publish(IReadOnlyList<EventDocument> documents)
    {
        if (documents.Count > 0)
        {
            Ring.Append(documents);
        }
    }

    /// <summary>Reads what was stored since the moment and is not in the ring yet.</summary>
    /// <returns>Whether other processes have written something since.</returns>
    public async Task<bool> CatchUpAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var news = false;
        var query = events.Query(EventDocuments.Stream, EventDocuments.Everything) with { From = SortableIds.LowerBound(since), Limit = StoreLimits.MaximumPageSize };
        for (var more = true; more;)
        {
            var page = await events.QueryAsync(query, cancellationToken);
            news |= Ring.Append(page.Items.Select(i => i.Value));
            more = page.NextToken is not null;
            query = query with { PageToken = page.NextToken };
        }

        return news;
    }

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (loaded)
        {
            return;
        }

        await loading.WaitAsync(cancellationToken);
        try
        {
            if (!loaded)
            {
                await CatchUpAsync(time.GetUtcNow() - EventDocuments.Kept, cancellationToken);
                loaded = true;
            }
        }
        finally
        {
            loading.Release();
        }
    }

    public void Dispose() => loading.Dispose();
}
