using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Statistics.Timings;

/// <summary>How long one start took, in milliseconds. Short names: many of them are kept in one document.</summary>
/// <param name="Kind">Create, start, repair or update.</param>
/// <param name="Version">Of the template, as much of it as tells versions apart.</param>
/// <param name="At">When it was over.</param>
/// <param name="Total">From the request; of a look, from the wish to see the screen.</param>
/// <param name="Phases">By name of the step.</param>
internal sealed record StartSample(
    [property: JsonPropertyName("k")] OperationKind Kind,
    [property: JsonPropertyName("v")] string Version,
    [property: JsonPropertyName("a")] DateTimeOffset At,
    [property: JsonPropertyName("t")] int Total,
    [property: JsonPropertyName("p")] SortedDictionary<string, int> Phases)
{
    private const int VersionCharacters = 12;

    /// <summary>Null for an operation that nobody waits for, or that did not come to a good end.</summary>
    public static StartSample? Of(Operation operation, string templateVersion) =>
        DesktopRules.IsTimed(operation.Kind) && operation is { State: OperationState.Succeeded, FinishedAt: { } finished }
            ? new StartSample(operation.Kind, Short(templateVersion), Seconds(finished), Milliseconds(finished - operation.QueuedAt), PhasesOf(operation.Progress.Timeline, finished))
            : null;

    public static StartSample Look(OperationKind kind, string templateVersion, DateTimeOffset granted, DateTimeOffset opened, DateTimeOffset seen) => new(
        kind,
        Short(templateVersion),
        Seconds(seen),
        Milliseconds(seen - granted),
        new SortedDictionary<string, int>(StringComparer.Ordinal) { ["connect"] = Milliseconds(opened - granted), ["frame"] = Milliseconds(seen - opened) });

    public static string Short(string version) => version.Length <= VersionCharacters ? version : version[..VersionCharacters];

    private static SortedDictionary<string, int> PhasesOf(IEnumerable<TimelineStep> steps, DateTimeOffset end)
    {
        var phases = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            phases[step.Name] = phases.GetValueOrDefault(step.Name) + Milliseconds((step.FinishedAt ?? end) - step.StartedAt);
        }

        return phases;
    }

    // Clocks of several machines may disagree by a little.
    private static int Milliseconds(TimeSpan time) => (int)Math.Clamp(Math.Round(time.TotalMilliseconds), 0, int.MaxValue);

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}

/// <summary>The latest starts of a template's desktops, so many of each kind, newest last; and the latest first looks at their screens.</summary>
internal sealed record TemplateTimes(string Template)
{
    public const int KeptOfAKind = 50;

    public IReadOnlyList<StartSample> Starts { get; init; } = [];

    public IReadOnlyList<StartSample> Looks { get; init; } = [];

    public TemplateTimes With(StartSample? start, StartSample? look) => this with { Starts = Added(Starts, start), Looks = Added(Looks, look) };

    private static IReadOnlyList<StartSample> Added(IReadOnlyList<StartSample> kept, StartSample? one)
    {
        if (one is null)
        {
            return kept;
        }

        var surplus = kept.Count(s => s.Kind == one.Kind) + 1 - KeptOfAKind;
        return [.. kept.Where(s => s.Kind != one.Kind || surplus-- <= 0), one];
    }
}
