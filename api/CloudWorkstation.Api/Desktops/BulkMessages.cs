using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Bulks;

namespace CloudWorkstation.Api.Desktops;

/// <summary>Which desktops: members that are left out do not narrow.</summary>
public sealed record BulkFilter
{
    /// <value><c>*</c> for everyone's, a user name or an account id; yours when left out.</value>
    public string? Owner { get; init; }

    public DesktopStatus? Status { get; init; }

    public string? Template { get; init; }

    /// <value>Part of the name or the id.</value>
    public string? Q { get; init; }

    public DateTimeOffset? CreatedBefore { get; init; }

    /// <value>Nobody was connected since.</value>
    public DateTimeOffset? UnusedSince { get; init; }

    public DesktopFilter ToFilter() => new()
    {
        Owner = Owner == "*" ? null : Owner,
        Everyone = Owner == "*",
        Status = Status,
        Template = Template,
        Search = Q,
        CreatedBefore = CreatedBefore,
        UnusedSince = UnusedSince,
    };
}

public sealed record BulkRequest
{
    public required BulkAction Action { get; init; }

    /// <value>At most 1000; or a filter.</value>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <value>Everything that matches now; or ids.</value>
    public BulkFilter? Filter { get; init; }

    /// <value>How many desktops you mean: with another number nothing is done.</value>
    public required int ExpectedCount { get; init; }

    /// <value>The same number again, to delete.</value>
    public int? Confirm { get; init; }

    /// <value>User name or account id of the new owner, to transfer.</value>
    public string? Owner { get; init; }

    public StartBulk ToCommand(string? id) => new(Action, Ids, Filter?.ToFilter(), ExpectedCount, Confirm, Owner) { Id = id };
}

public sealed record CountAnswer(int Count);

/// <summary>A bulk and how far it is.</summary>
public sealed record BulkModel
{
    public required string Id { get; init; }

    public required BulkAction Action { get; init; }

    /// <value><c>done</c> once each desktop has a result; its operation may still be under way.</value>
    public required BulkState State { get; init; }

    /// <value>User name.</value>
    public required string RequestedBy { get; init; }

    /// <value>The new owner of a transfer.</value>
    public string? Owner { get; init; }

    public required int Total { get; init; }

    public required int Waiting { get; init; }

    public required int Accepted { get; init; }

    public required int Unchanged { get; init; }

    public required int Refused { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <value>What became of each desktop; absent in the answer to its acceptance.</value>
    public IReadOnlyList<BulkItem>? Items { get; init; }

    public static BulkModel From(BulkView view) => new()
    {
        Id = view.Bulk.Id,
        Action = view.Bulk.Action,
        State = view.Bulk.State,
        RequestedBy = view.Bulk.AccountName,
        Owner = view.Bulk.Owner,
        Total = view.Bulk.Total,
        Waiting = view.Items.Count(i => i.Result == BulkResult.Waiting),
        Accepted = view.Items.Count(i => i.Result is BulkResult.Accepted or BulkResult.Done),
        Unchanged = view.Items.Count(i => i.Result == BulkResult.Unchanged),
        Refused = view.Items.Count(i => i.Result == BulkResult.Refused),
        CreatedAt = view.Bulk.CreatedAt,
        FinishedAt = view.Bulk.FinishedAt,
        Items = view.Items,
    };
}
