using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Statistics.Timings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Timeline;

/// <summary>
/// Notes once for every start when its screen was first seen. The note has the start's name and may only be added: of two people who look at
/// once, one was first, and a proxy that reports twice says nothing new.
/// </summary>
internal sealed class FirstLooks(DesktopDocuments documents, OperationDocuments operations, UsageFacts usage)
{
    /// <summary>The start whose screen nobody has seen yet; null when somebody has.</summary>
    public async Task<string?> UnseenAsync(Desktop desktop, CancellationToken cancellationToken) =>
        desktop.LatestStart is { } start && await documents.Looks.GetAsync(start, cancellationToken) is null ? start : null;

    /// <summary>What goes into the commit that stores a connection's first frame; nothing for one that was not the first, or was stored before.</summary>
    public async Task<IReadOnlyList<DocumentWrite>> SeenAsync(Connection before, Connection now, CancellationToken cancellationToken)
    {
        if (before.FirstFrameAt is not null || now is not { Start: { } start, OpenedAt: { } opened, FirstFrameAt: { } seen }
            || await documents.Looks.GetAsync(start, cancellationToken) is not null)
        {
            return [];
        }

        var operation = await operations.Operations.GetAsync(start, cancellationToken);
        var desktop = await documents.Desktops.GetAsync(now.Desktop, cancellationToken);
        var look = documents.Looks.Add(new FirstLook(start, now.Id, now.GrantedAt, opened, seen));
        return operation is null || desktop is null
            ? [look]
            : [look, usage.Looked(desktop.Value, StartSample.Look(operation.Value.Kind, desktop.Value.TemplateVersion, now.GrantedAt, opened, seen))];
    }

    /// <summary>A proxy's clock may be off: nothing is seen before the connection, or in the future.</summary>
    public static DateTimeOffset? Bounded(DateTimeOffset? seen, DateTimeOffset? opened, DateTimeOffset now) =>
        seen is null ? null : seen < opened ? opened : seen > now ? now : seen;
}
