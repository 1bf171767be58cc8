using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Statistics;

public enum StatisticsStep
{
    Hour,
    Day,
}

/// <summary>Operations of one kind by how they ended.</summary>
public sealed record OperationCounts(int Succeeded, int Failed, int Cancelled);

/// <summary>How long people waited for desktops that they made or started; null while there was none. The percentiles are estimates from a histogram.</summary>
public sealed record TimeToReady(int Count, double? P50Seconds, double? P95Seconds);

/// <summary>One hour, one day, or all of a period.</summary>
public sealed record StatisticsItem
{
    /// <value>When it begins, UTC.</value>
    public required DateTimeOffset At { get; init; }

    /// <value>Desktops that ran, on average over the time that has passed of it.</value>
    public required double RunningAverage { get; init; }

    /// <value>The most that ran at once.</value>
    public required int RunningPeak { get; init; }

    public required double DesktopHours { get; init; }

    public required IReadOnlyDictionary<string, double> HoursByTemplate { get; init; }

    /// <value>Hours of everybody in the group; somebody in two groups counts for both.</value>
    public required IReadOnlyDictionary<string, double> HoursByGroup { get; init; }

    /// <value>People who were connected to a desktop; for a whole period, in its busiest part.</value>
    public required int ActiveUsers { get; init; }

    public required IReadOnlyDictionary<string, OperationCounts> Operations { get; init; }

    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    public required TimeToReady TimeToReady { get; init; }
}

/// <summary>A period in steps, without those in which nothing happened.</summary>
/// <param name="RunningNow">Desktops that run.</param>
/// <param name="Total">The whole period.</param>
/// <param name="Items">In order.</param>
public sealed record StatisticsView(int RunningNow, StatisticsItem Total, IReadOnlyList<StatisticsItem> Items);

/// <summary>What one person used in a month.</summary>
public sealed record PersonUse(string Account, string UserName, double DesktopHours, IReadOnlyDictionary<string, double> HoursByTemplate);

public sealed record StatisticsQuery(DateTimeOffset From, DateTimeOffset To, StatisticsStep Step);

/// <summary>How the installation is used. Counted as it happens; reading costs what the period is long, however many desktops there are.</summary>
public interface IStatisticsService
{
    Task<Outcome<StatisticsView>> ReadAsync(Actor actor, StatisticsQuery query, CancellationToken cancellationToken);

    /// <summary>Who used most in a month, most first.</summary>
    Task<Outcome<Listing<PersonUse>>> PeopleAsync(Actor actor, DateOnly month, int limit, string? cursor, CancellationToken cancellationToken);
}
