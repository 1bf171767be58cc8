using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops.Policies;

namespace CloudWorkstation.Manager.Desktops.Idle;

/// <inheritdoc />
internal sealed class DesktopIdleService(DesktopReader reader, DesktopDocuments documents, ISessionPolicies policies, IAuditLog audit, TimeProvider time) : IDesktopIdleService
{
    private const int MostTries = 10;

    public async Task<Outcome<DesktopIdle>> GetAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        await reader.FindAsync(actor, id, cancellationToken) is { } found
            ? await OfAsync(found.Value, cancellationToken)
            : Problem.NotFound("desktop", id);

    public async Task<Outcome<DesktopIdle>> KeepAwakeAsync(Actor actor, string id, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(actor, id, cancellationToken) is not { } found)
        {
            return Problem.NotFound("desktop", id);
        }

        if (DesktopAccess.KeepAwake(actor, found.Value) is { } forbidden)
        {
            return forbidden;
        }

        var now = time.GetUtcNow();
        if (until <= now || until > now + IdleRules.LongestKeptAwake)
        {
            return Problem.Invalid(new FieldError("keepAwakeUntil", $"'keepAwakeUntil' must be a time within the next {IdleRules.LongestKeptAwake.TotalHours} hours; leave it out to let the desktop stop again."));
        }

        return await StoreAsync(actor, id, until, cancellationToken) ? await OfAsync(found.Value, cancellationToken) : DesktopProblems.Busy;
    }

    private async Task<bool> StoreAsync(Actor actor, string id, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var current = await documents.Activity.GetAsync(id, cancellationToken);
            var next = (current?.Value ?? new DesktopActivity(id, null, null)) with { KeptAwakeUntil = until };
            var write = current is null ? documents.Activity.Add(next) : documents.Activity.Replace(next, current.Version);
            var entry = audit.Entry(actor, AuditActions.DesktopKeepAwake, $"desktop/{id}", "accepted", until is { } time ? $"until {time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "no longer");
            if ((await documents.Activity.Store.CommitAsync([write, entry], cancellationToken)).Committed)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Outcome<DesktopIdle>> OfAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        if (desktop.Status != DesktopStatus.Running)
        {
            return DesktopProblems.NotRunning(desktop.Status);
        }

        var activity = (await documents.Activity.GetAsync(desktop.Id, cancellationToken))?.Value;
        var now = time.GetUtcNow();
        var since = IdleRules.Since(desktop, activity);
        var keptAwake = activity?.KeptAwakeUntil > now ? activity.KeptAwakeUntil : null;
        if (await policies.IdleStopMinutesAsync(desktop, cancellationToken) is not { } minutes)
        {
            return new DesktopIdle(since, null, null, null, null, keptAwake);
        }

        var stopsAt = IdleRules.StopsAt(since, minutes, keptAwake);
        var remaining = (int)Math.Max(0, Math.Ceiling((stopsAt - now).TotalSeconds));
        return new DesktopIdle(since, minutes, stopsAt, remaining, (int)IdleRules.Warning(minutes).TotalSeconds, keptAwake);
    }
}
