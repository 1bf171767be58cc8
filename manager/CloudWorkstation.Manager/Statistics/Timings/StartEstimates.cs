using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Statistics.Timings;

/// <summary>
/// Says how long a start may yet take: what the latest starts of its kind took for the steps that are still to come, and, of the step that goes
/// on, what those took that had taken this long. So a long queue does not eat up the time that Terraform needs after it.
/// </summary>
internal sealed class StartEstimates(UsageDocuments documents)
{
    /// <summary>With fewer starts of its own version, those of all versions tell more.</summary>
    private const int EnoughOfAVersion = 3;

    public async Task<StartEstimate> OfAsync(Operation operation, string templateVersion, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var times = (await documents.Times.GetAsync(operation.Template, cancellationToken))?.Value;
        var all = (times?.Starts ?? []).Where(s => s.Kind == operation.Kind).ToList();
        var own = all.Where(s => s.Version == StartSample.Short(templateVersion)).ToList();
        return own.Count >= EnoughOfAVersion ? Of(own, "version", operation, now)
            : all.Count > 0 ? Of(all, own.Count == all.Count ? "version" : "template", operation, now)
            : new StartEstimate(null, null, false, "none", 0);
    }

    internal static StartEstimate Of(IReadOnlyList<StartSample> starts, string basis, Operation operation, DateTimeOffset now)
    {
        var typical = Seconds(Percentiles.Median(starts.Select(s => s.Total)));
        var (name, since) = Current(operation);
        var elapsed = (int)Math.Clamp((now - since).TotalMilliseconds, 0, int.MaxValue);
        var left = Left(starts, name, elapsed);
        var rest = starts.SelectMany(s => s.Phases.Keys).Distinct(StringComparer.Ordinal)
            .Where(p => Phases.Place(p) > Phases.Place(name) && 2 * starts.Count(s => s.Phases.ContainsKey(p)) > starts.Count)
            .Sum(p => Percentiles.Median(starts.Where(s => s.Phases.ContainsKey(p)).Select(s => s.Phases[p])));
        return new StartEstimate(typical, left is null ? null : Seconds(left.Value + rest), left is null, basis, starts.Count);
    }

    /// <summary>Null when the step has taken longer than ever before.</summary>
    private static int? Left(IReadOnlyList<StartSample> starts, string name, int elapsed)
    {
        var taken = starts.Where(s => s.Phases.ContainsKey(name)).Select(s => s.Phases[name]).ToList();
        var longer = taken.Where(t => t >= elapsed).ToList();
        return longer.Count > 0 ? Percentiles.Median(longer) - elapsed
            : elapsed <= Moment ? 0
            : null;
    }

    // A step that others did not have, or that is over in no time, is no sign of lateness yet.
    private const int Moment = 2_000;

    private static (string Name, DateTimeOffset Since) Current(Operation operation) =>
        operation.State == OperationState.Running && operation.Progress.Timeline is [.., var last] ? (last.Name, last.FinishedAt ?? last.StartedAt)
        : ("queue", operation.NextAttemptAt ?? operation.QueuedAt);

    private static double Seconds(int milliseconds) => Math.Round(milliseconds / 1000.0, 1);
}
