using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics.Timings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Statistics;

/// <summary>
/// Something that happened and is not counted yet. Written in the commit of what happened and removed in the commit that counts it: nothing is
/// counted twice or forgotten, whichever process dies when, and nobody who does something waits for the counting.
/// </summary>
internal sealed record UsageFact
{
    /// <value>Sorts by time.</value>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <value>Account id.</value>
    public required string Owner { get; init; }

    public string? OwnerName { get; init; }

    public string? Desktop { get; init; }

    public string? Template { get; init; }

    /// <value>Whether the desktop runs from now on; null where that stays as it was.</value>
    public bool? Runs { get; init; }

    /// <value>Set when an operation ended.</value>
    public OperationKind? Operation { get; init; }

    public OperationState? Result { get; init; }

    public FailureKind? Failure { get; init; }

    /// <value>From the request to the answering screen.</value>
    public double? ReadySeconds { get; init; }

    /// <value>The owner was connected to a desktop.</value>
    public bool Connected { get; init; }

    /// <value>How long the steps of a start took that led to a screen.</value>
    public StartSample? Start { get; init; }

    /// <value>How long it took until somebody saw it, once they asked.</value>
    public StartSample? Look { get; init; }
}

/// <summary>Makes the writes that tell of what happened.</summary>
internal sealed class UsageFacts(IDocumentStore store, SortableIds ids, TimeProvider time)
{
    public const string Waiting = "waiting";

    public static CollectionDefinition Definition { get; } = new("usage-facts", Waiting);

    public Collection<UsageFact> Facts { get; } = new(store, Definition, f => f.Id, f => [new IndexEntry(Waiting, Waiting, f.Id)]);

    /// <param name="operation">As it ended.</param>
    /// <param name="desktop">As it is now; null where the operation had no say any more, or the desktop is gone.</param>
    /// <param name="runs">Whether the desktop runs from now on; null where that stays as it was.</param>
    public DocumentWrite Ended(Operation operation, Desktop? desktop, bool? runs) => Facts.Add(New(operation.Owner) with
    {
        OwnerName = desktop?.OwnerName,
        Desktop = operation.Desktop,
        Template = operation.Template,
        Runs = runs,
        Operation = operation.Kind,
        Result = operation.State,
        Failure = operation.Failure?.Kind,
        ReadySeconds = runs == true && operation is { Kind: OperationKind.Create or OperationKind.Start, FinishedAt: { } finished } ? (finished - operation.QueuedAt).TotalSeconds : null,
        Start = runs == true && desktop is not null ? StartSample.Of(operation, desktop.TemplateVersion) : null,
    });

    /// <summary>Somebody saw the screen of a desktop for the first time since it was started.</summary>
    public DocumentWrite Looked(Desktop desktop, StartSample look) => Facts.Add(New(desktop.Owner) with { Template = desktop.Template, Look = look });

    /// <summary>What ran for one person runs for another from now on.</summary>
    public DocumentWrite Transferred(Desktop desktop) => Facts.Add(New(desktop.Owner) with
    {
        OwnerName = desktop.OwnerName,
        Desktop = desktop.Id,
        Template = desktop.Template,
        Runs = desktop.Status == DesktopStatus.Running,
    });

    public DocumentWrite Connected(string account) => Facts.Add(New(account) with { Connected = true });

    private UsageFact New(string owner) => new() { Id = ids.Next(), At = time.GetUtcNow(), Owner = owner };
}
