using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Statistics.Timings;

/// <inheritdoc />
internal sealed class TimingsService(UsageDocuments documents, ITemplateCatalogue templates) : ITimingsService
{
    public async Task<Outcome<TemplateTimings>> ReadAsync(Actor actor, string template, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.StatisticsRead))
        {
            return AccountProblems.Forbidden;
        }

        // What was removed from the catalogue may still have desktops, and a past.
        var known = templates.Find(template) is not null;
        var times = template.Length <= 64 ? await documents.Times.GetAsync(template, cancellationToken) : null;
        return times is null && !known
            ? Problem.NotFound("template", template)
            : new TemplateTimings(template, TemplateTimes.KeptOfAKind, Groups(times?.Value ?? new TemplateTimes(template)));
    }

    internal static IReadOnlyList<TimingGroup> Groups(TemplateTimes times) =>
    [
        .. from ofKind in times.Starts.GroupBy(s => s.Kind)
           orderby ofKind.Key
           let versions = ofKind.GroupBy(s => s.Version).OrderByDescending(v => v.Max(s => s.At)).ToList()
           from version in versions.Select(v => (string?)v.Key).Prepend(null)
           select Group(ofKind.Key, version, times),
    ];

    private static TimingGroup Group(Operations.OperationKind kind, string? version, TemplateTimes times)
    {
        var (starts, looks) = (Of(times.Starts), Of(times.Looks));
        var names = starts.Concat(looks).SelectMany(s => s.Phases.Keys).Distinct(StringComparer.Ordinal).OrderBy(Phases.Place).ThenBy(n => n, StringComparer.Ordinal);
        return new TimingGroup(
            kind,
            version,
            starts.Count,
            starts.Min(s => s.At),
            starts.Max(s => s.At),
            new TimingPercentiles(Percentiles.Median(starts.Select(s => s.Total)), Percentiles.Of(starts.Select(s => s.Total), 0.9)),
            [.. names.Select(name => Phase(name, [.. starts.Concat(looks).Where(s => s.Phases.ContainsKey(name)).Select(s => s.Phases[name])]))]);

        List<StartSample> Of(IReadOnlyList<StartSample> samples) => [.. samples.Where(s => s.Kind == kind && (version is null || s.Version == version))];
    }

    private static PhaseTiming Phase(string name, IReadOnlyList<int> taken) => new(name, taken.Count, Percentiles.Median(taken), Percentiles.Of(taken, 0.9));
}
