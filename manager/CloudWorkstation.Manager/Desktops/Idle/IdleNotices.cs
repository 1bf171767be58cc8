using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Idle;

/// <summary>Tells the owner once of each stop that is near, in one commit with the note that they were told.</summary>
internal sealed class IdleNotices(DesktopDocuments documents, INotices notices, TimeProvider time)
{
    public async Task TellAsync(string id, int minutes, CancellationToken cancellationToken)
    {
        var desktop = await documents.Desktops.GetAsync(id, cancellationToken);
        var activity = await documents.Activity.GetAsync(id, cancellationToken);
        if (desktop is not { Value: { Status: DesktopStatus.Running, ActiveOperation: null } running })
        {
            return;
        }

        var stopsAt = IdleRules.StopsAt(IdleRules.Since(running, activity?.Value), minutes, activity?.Value.KeptAwakeUntil);
        var now = time.GetUtcNow();
        if (now < stopsAt - IdleRules.Notice(minutes) || now >= stopsAt || activity?.Value.WarnedOf == stopsAt)
        {
            return;
        }

        var told = (activity?.Value ?? new DesktopActivity(id, null, null)) with { WarnedOf = stopsAt };

        // Of no effect when somebody uses it at this moment: then there is nothing to tell.
        DocumentWrite[] writes =
        [
            activity is null ? documents.Activity.Add(told) : documents.Activity.Replace(told, activity.Version),
            documents.Desktops.CheckVersion(id, desktop.Version),
            notices.DesktopStoppingSoon(running, stopsAt, $"It has not been used for a while, and is stopped after {minutes} minutes without use. Use it, or keep it awake, if you need it running."),
        ];
        await documents.Desktops.Store.CommitAsync(writes, cancellationToken);
    }
}
