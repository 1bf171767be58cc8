using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics.Timings;

namespace CloudWorkstation.Manager.Desktops.Timeline;

/// <inheritdoc />
internal sealed class TimelineService(
    IOperationService operations, DesktopReader reader, DesktopDocuments documents, OperationDocuments stored, StartEstimates estimates, TimeProvider time) : ITimelineService
{
    /// <summary>Of a desktop from before its latest start was noted: so many of its operations are looked at.</summary>
    private const int MostSearched = 50;

    public async Task<Outcome<StartTimeline>> OfOperationAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var operation = await operations.GetAsync(actor, id, cancellationToken);
        return operation.Succeeded ? await OfAsync(operation.Value, cancellationToken) : operation.Problem!;
    }

    public async Task<Outcome<StartTimeline>> OfDesktopAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(actor, id, cancellationToken) is not { } found)
        {
            return Problem.NotFound("desktop", id);
        }

        // Who may see the desktop may see how it was started, also when it belonged to somebody else then.
        return await LatestStartAsync(found.Value, cancellationToken) is { } start ? await OfAsync(start, cancellationToken) : Problem.NotFound("operation", id);
    }

    private async Task<Operation?> LatestStartAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        if (desktop.LatestStart is { } noted)
        {
            return (await stored.Operations.GetAsync(noted, cancellationToken))?.Value;
        }

        var query = stored.Operations.Query(OperationDocuments.ByDesktop, desktop.Id) with { Descending = true, Limit = MostSearched };
        return (await stored.Operations.QueryAsync(query, cancellationToken)).Items.Select(o => o.Value).FirstOrDefault(o => DesktopRules.IsStart(o.Kind));
    }

    private async Task<StartTimeline> OfAsync(Operation operation, CancellationToken cancellationToken)
    {
        var isStart = DesktopRules.IsStart(operation.Kind);
        var look = isStart && operation.State == OperationState.Succeeded ? await documents.Looks.GetAsync(operation.Id, cancellationToken) : null;
        var now = time.GetUtcNow();
        var timeline = TimelineBuilder.Build(operation, look?.Value, now);
        if (!DesktopRules.IsTimed(operation.Kind) || !operation.IsActive)
        {
            return timeline;
        }

        var version = (await documents.Desktops.GetAsync(operation.Desktop, cancellationToken))?.Value.TemplateVersion ?? "";
        return timeline with { Estimate = await estimates.OfAsync(operation, version, now, cancellationToken) };
    }
}
