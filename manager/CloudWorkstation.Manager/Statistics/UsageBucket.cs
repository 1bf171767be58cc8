using System.Globalization;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Statistics;

/// <summary>What happened in one hour or on one day. Mutable: it is read, added to and written back within one commit.</summary>
internal sealed class UsageBucket
{
    public required StatisticsStep Step { get; init; }

    public required DateTimeOffset Start { get; init; }

    public double RunningSeconds { get; set; }

    public int RunningPeak { get; set; }

    public SortedDictionary<string, double> ByTemplate { get; init; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, double> ByGroup { get; init; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, OperationCounts> Operations { get; init; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, int> Failures { get; init; } = new(StringComparer.Ordinal);

    public int[] Ready { get; set; } = [];

    public int ActiveUsers { get; set; }

    public string Id => IdOf(Step, Start);

    public static string IdOf(StatisticsStep step, DateTimeOffset at) => step == StatisticsStep.Hour
        ? at.UtcDateTime.ToString("'hour:'yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture)
        : at.UtcDateTime.ToString("'day:'yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateTimeOffset StartOf(StatisticsStep step, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return new DateTimeOffset(utc.Year, utc.Month, utc.Day, step == StatisticsStep.Hour ? utc.Hour : 0, 0, 0, TimeSpan.Zero);
    }

    public static TimeSpan Length(StatisticsStep step) => step == StatisticsStep.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);

    public void AddTime(double seconds, string template, IEnumerable<string> groups)
    {
        RunningSeconds += seconds;
        ByTemplate[template] = ByTemplate.GetValueOrDefault(template) + seconds;
        foreach (var group in groups)
        {
            ByGroup[group] = ByGroup.GetValueOrDefault(group) + seconds;
        }
    }

    public void AddOperation(UsageFact fact)
    {
        var kind = Word(fact.Operation!.Value);
        var counts = Operations.GetValueOrDefault(kind) ?? new OperationCounts(0, 0, 0);
        Operations[kind] = fact.Result switch
        {
            OperationState.Succeeded => counts with { Succeeded = counts.Succeeded + 1 },
            OperationState.Cancelled => counts with { Cancelled = counts.Cancelled + 1 },
            _ => counts with { Failed = counts.Failed + 1 },
        };
        if (fact.Failure is { } failure && fact.Result == OperationState.Failed)
        {
            Failures[Word(failure)] = Failures.GetValueOrDefault(Word(failure)) + 1;
        }

        if (fact.ReadySeconds is { } seconds)
        {
            Ready = ReadyTimes.With(Ready, seconds);
        }
    }

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
