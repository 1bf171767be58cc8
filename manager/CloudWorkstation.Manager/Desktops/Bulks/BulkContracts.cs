namespace CloudWorkstation.Manager.Desktops.Bulks;

public enum BulkAction
{
    Start,
    Stop,
    Delete,
    Transfer,
}

public enum BulkState
{
    Running,
    Done,
}

public enum BulkResult
{
    Waiting,

    /// <summary>An operation began that does it.</summary>
    Accepted,

    /// <summary>It is done; nothing had to run.</summary>
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,
    Refused,
}

/// <summary>One desktop of a bulk.</summary>
public sealed record BulkItem
{
    public required string Desktop { get; init; }

    /// <value>As it was when it was chosen or looked at last.</value>
    public string? Name { get; init; }

    public BulkResult Result { get; init; }

    public string? Operation { get; init; }

    /// <value>Why it was refused, as the api's code.</value>
    public string? Code { get; init; }

    public string? Detail { get; init; }
}

/// <summary>One change of many desktops, from its acceptance to the last desktop's result.</summary>
public sealed record Bulk
{
    /// <value>26 characters, sorts by time of creation.</value>
    public required string Id { get; init; }

    /// <value>Account id of whoever asked: everything is done in their name and within what they may do when it is done.</value>
    public required string Account { get; init; }

    public required string AccountName { get; init; }

    public string? Address { get; init; }

    /// <value>What they might do when they asked: a token that may do less than its owner does not gain by this.</value>
    public required IReadOnlyList<string> Permissions { get; init; }

    public required BulkAction Action { get; init; }

    /// <value>The new owner of a transfer.</value>
    public string? Owner { get; init; }

    /// <value>A desktop that no longer matches when its turn comes is left alone; null where the desktops were named.</value>
    public DesktopFilter? Filter { get; init; }

    /// <value>The account that the filter is about.</value>
    public string? FilterOwner { get; init; }

    public required BulkState State { get; init; }

    public required int Total { get; init; }

    public required int Parts { get; init; }

    public int PartsDone { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>A bulk with what became of each desktop so far.</summary>
public sealed record BulkView(Bulk Bulk, IReadOnlyList<BulkItem> Items);

/// <param name="Action">What to do with each.</param>
/// <param name="Ids">The desktops; null to take a filter.</param>
/// <param name="Filter">All that match; null to take ids.</param>
/// <param name="ExpectedCount">How many the person who asks believes they are.</param>
/// <param name="Confirm">The same number, typed by a person; needed to delete.</param>
/// <param name="Owner">Account id or user name of the new owner, for a transfer.</param>
public sealed record StartBulk(BulkAction Action, IReadOnlyList<string>? Ids, DesktopFilter? Filter, int ExpectedCount, int? Confirm, string? Owner)
{
    /// <value>An id that the server chose beforehand for this very request; null to choose one now.</value>
    public string? Id { get; init; }
}

/// <summary>The same change of many desktops.</summary>
public interface IBulkService
{
    /// <summary>Accepts it: from here on it is done, whatever happens to this process.</summary>
    Task<Outcome<BulkView>> StartAsync(Actor actor, StartBulk request, CancellationToken cancellationToken);

    /// <summary>How many a filter matches now.</summary>
    Task<Outcome<int>> CountAsync(Actor actor, DesktopFilter filter, CancellationToken cancellationToken);

    /// <summary>One's own; everyone's for those who manage desktops.</summary>
    Task<Outcome<BulkView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);
}

public static class BulkLimits
{
    /// <value>Desktops of one bulk.</value>
    public const int Desktops = 1000;
}
