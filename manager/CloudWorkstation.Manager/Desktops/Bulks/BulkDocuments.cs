using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Bulks;

/// <summary>Some of a bulk's desktops. Small, because it is written with each desktop's own commit.</summary>
internal sealed record BulkPart(string Bulk, int Number, IReadOnlyList<BulkItem> Items)
{
    public const int Size = 25;

    public static string IdOf(string bulk, int number) => $"{bulk}:{number:d3}";

    public BulkPart With(int index, BulkItem item) => this with { Items = [.. Items.Take(index), item, .. Items.Skip(index + 1)] };
}

/// <summary>The collections of this folder. Everything about a bulk goes some weeks after it was asked for.</summary>
internal sealed class BulkDocuments(IDocumentStore store)
{
    private const string Open = "open";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public static CollectionDefinition BulkDefinition { get; } = new("bulk", Open);

    public static CollectionDefinition PartDefinition { get; } = new("bulk-parts");

    private readonly Collection<Bulk> bulks = new(store, BulkDefinition, b => b.Id, b => b.State == BulkState.Running ? [new IndexEntry(Open, Open, b.Id)] : []);
    private readonly Collection<BulkPart> parts = new(store, PartDefinition, p => BulkPart.IdOf(p.Bulk, p.Number));

    public Task<Versioned<Bulk>?> FindAsync(string id, CancellationToken cancellationToken) => bulks.GetAsync(id, cancellationToken);

    public async Task<IReadOnlyList<Bulk>> OpenAsync(CancellationToken cancellationToken) =>
        [.. (await bulks.QueryAsync(bulks.Query(Open, Open), cancellationToken)).Items.Select(b => b.Value)];

    public async Task<Versioned<BulkPart>> PartAsync(Bulk bulk, int number, CancellationToken cancellationToken) =>
        await parts.GetAsync(BulkPart.IdOf(bulk.Id, number), cancellationToken) ?? throw new InvalidOperationException($"Part {number} of bulk {bulk.Id} is gone.");

    public async Task<IReadOnlyList<BulkItem>> ItemsAsync(Bulk bulk, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, bulk.Parts).Select(n => PartAsync(bulk, n, cancellationToken)))).SelectMany(p => p.Value.Items)];

    /// <summary>Everything at once: a bulk is either whole or not there.</summary>
    public IEnumerable<DocumentWrite> Add(Bulk bulk, IEnumerable<BulkItem> items) =>
    [
        bulks.Add(bulk, bulk.CreatedAt + Kept),
        .. items.Chunk(BulkPart.Size).Select((some, number) => parts.Add(new BulkPart(bulk.Id, number, some), bulk.CreatedAt + Kept)),
    ];

    public DocumentWrite Replace(Bulk bulk, long version) => bulks.Replace(bulk, version, bulk.CreatedAt + Kept);

    public DocumentWrite Replace(Bulk bulk, BulkPart part, long version) => parts.Replace(part, version, bulk.CreatedAt + Kept);

    public async Task<bool> CommitAsync(CancellationToken cancellationToken, params IReadOnlyList<DocumentWrite> writes) =>
        (await store.CommitAsync(writes, cancellationToken)).Committed;
}
