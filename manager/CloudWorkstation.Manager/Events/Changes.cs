using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Events;

/// <summary>Begins change sets.</summary>
internal sealed class Changes(
    IDocumentStore store,
    EventFeed feed,
    IAuditLog audit,
    DesktopDocuments desktops,
    OperationDocuments operations,
    DesktopModels models)
{
    public ChangeSet Begin() => new(store, feed, audit, desktops, operations, models);
}

/// <summary>
/// One atomic change: documents, the events that tell of them, audit entries. Listeners hear of it after the commit, and only then.
/// </summary>
internal sealed class ChangeSet(
    IDocumentStore store,
    EventFeed feed,
    IAuditLog audit,
    DesktopDocuments desktops,
    OperationDocuments operations,
    DesktopModels models)
{
    private readonly List<DocumentWrite> writes = [];
    private readonly List<EventDocument> events = [];

    public ChangeSet Write(DocumentWrite write)
    {
        writes.Add(write);
        return this;
    }

    public ChangeSet Add(Desktop desktop) => Write(desktops.Desktops.Add(desktop)).Tell(desktop, 1);

    public ChangeSet Replace(Desktop desktop, long version) => Write(desktops.Desktops.Replace(desktop, version)).Tell(desktop, version + 1);

    public ChangeSet Remove(Desktop desktop, long version)
    {
        events.Add(About(desktop, version + 1, feed.New(EventKinds.DesktopDeleted, desktop.Owner, ProductJson.Element(new { desktop.Id }))));
        return Write(desktops.Desktops.Remove(desktop.Id, version));
    }

    /// <summary>To the one who had the desktop until now it is gone; everybody else hears of the change itself.</summary>
    public ChangeSet TakeAway(Desktop desktop)
    {
        events.Add(feed.New(EventKinds.DesktopDeleted, desktop.Owner, ProductJson.Element(new { desktop.Id })) with { Personal = true });
        return this;
    }

    public ChangeSet Add(Operation operation) => Write(operations.Operations.Add(operation)).Tell(operation, 1);

    public ChangeSet Replace(Operation operation, long version, bool tell = true)
    {
        Write(operations.Operations.Replace(operation, version));
        return tell ? Tell(operation, version + 1) : this;
    }

    /// <summary>To one person alone.</summary>
    public ChangeSet Tell<T>(string kind, string account, T data)
    {
        events.Add(feed.New(kind, account, ProductJson.Element(data)) with { Personal = true });
        return this;
    }

    /// <summary>Ends a connection at whichever desktop proxy carries it.</summary>
    public ChangeSet EndConnection(string desktop, string connection, string reason)
    {
        events.Add(feed.New(EventKinds.ConnectionEnd, null, ProductJson.Element(new { })) with { Personal = true, ConnectionEnding = new ConnectionEnding(desktop, connection, reason) });
        return this;
    }

    public ChangeSet Audit(Actor actor, string action, string target, string result, string? detail = null) =>
        Write(audit.Entry(actor, action, target, result, detail));

    public ChangeSet Audit(Actor actor, string action, string target, string result, AuditChange change, string? detail = null) =>
        Write(audit.Entry(actor, action, target, result, change, detail));

    public async Task<CommitResult> CommitAsync(CancellationToken cancellationToken)
    {
        var result = await store.CommitAsync([.. writes, .. events.Select(feed.Write)], cancellationToken);
        if (result.Committed)
        {
            feed.Publish(events);
        }

        return result;
    }

    /// <summary>For a commit whose answer was lost and that is known to have been done: the listeners still have to hear of it.</summary>
    public void Publish() => feed.Publish(events);

    private ChangeSet Tell(Desktop desktop, long version)
    {
        var data = ProductJson.Element(models.Of(new DesktopView(desktop, version)));
        events.Add(About(desktop, version, feed.New(EventKinds.Desktop, desktop.Owner, data)) with { Route = models.Route(desktop) });
        return this;
    }

    private ChangeSet Tell(Operation operation, long version)
    {
        var told = feed.New(EventKinds.Operation, operation.Owner, ProductJson.Element(OperationModel.Of(operation)));
        events.Add(told with { Subject = $"operation/{operation.Id}", Order = version });
        return this;
    }

    private static EventDocument About(Desktop desktop, long version, EventDocument told) => told with { Subject = $"desktop/{desktop.Id}", Order = version };
}
