using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Some consecutive lines of an operation's log.</summary>
internal sealed record LogChunk(string Operation, long First, IReadOnlyList<LogLine> Lines)
{
    public long Last => First + Lines.Count - 1;

    public static string Position(long sequence) => sequence.ToString("d12");
}

/// <summary>The collections of this folder.</summary>
internal sealed class OperationDocuments(IDocumentStore store)
{
    public const string ByDesktop = "desktop";
    public const string ByOwner = "owner";
    public const string ByState = "state";
    public const string All = "all";
    public const string Everything = "all";
    public const string ByOperation = "operation";

    public static CollectionDefinition OperationDefinition { get; } = new("operations", ByDesktop, ByOwner, ByState, All);

    public static CollectionDefinition LogDefinition { get; } = new("operation-log", ByOperation);

    public Collection<Operation> Operations { get; } = new(store, OperationDefinition, o => o.Id, o =>
    [
        new(ByDesktop, o.Desktop, o.Id),
        new(ByOwner, o.Owner, o.Id),
        new(ByState, Partition(o.State), o.Id),
        new(All, Everything, o.Id),
    ]);

    public Collection<LogChunk> Log { get; } = new(
        store,
        LogDefinition,
        c => $"{c.Operation}:{LogChunk.Position(c.First)}",
        c => [new IndexEntry(ByOperation, c.Operation, LogChunk.Position(c.Last))]);

    public static string Partition(OperationState state) => state.ToString().ToLowerInvariant();

    /// <summary>Every operation in a state, page after page: for the sweeper, not for requests.</summary>
    public IAsyncEnumerable<Versioned<Operation>> InStateAsync(OperationState state, CancellationToken cancellationToken) =>
        Operations.AllAsync(Operations.Query(ByState, Partition(state)) with { Limit = 200 }, cancellationToken);
}
