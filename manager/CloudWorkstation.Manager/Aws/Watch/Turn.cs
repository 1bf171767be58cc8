using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Aws.Watch;

/// <summary>Whose turn it is to do what one process must do for all.</summary>
internal sealed record Turn(string Id, string Holder, DateTimeOffset Until);

/// <summary>Of several processes one has the turn; it keeps it as long as it comes back for it.</summary>
internal sealed class Turns(IDocumentStore store, WorkerIdentity self, TimeProvider time)
{
    public static CollectionDefinition Definition { get; } = new("turns");

    private readonly Collection<Turn> turns = new(store, Definition, t => t.Id);

    public async Task<bool> TakeAsync(string name, TimeSpan length, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = await turns.GetAsync(name, cancellationToken);
        if (held is not null && held.Value.Holder != self.Id && held.Value.Until > now)
        {
            return false;
        }

        var mine = new Turn(name, self.Id, now + length);
        var write = held is null ? turns.Add(mine) : turns.Replace(mine, held.Version);
        return (await store.CommitAsync([write], cancellationToken)).Committed;
    }
}
