using System.Text.Json;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// Accepts changes of a desktop that exists. Of two that race, the store's conditions let one win; the other reads again and learns what won.
/// </summary>
internal sealed class DesktopChanger(
    DesktopReader reader,
    DesktopDocuments documents,
    ITemplateCatalogue templates,
    IParameterValidator validator,
    DesktopPlanner planner,
    OperationStarter starter,
    Changes changes,
    IJobQueue queue,
    INotices notices,
    TimeProvider time)
{
    private const int MostTries = 20;

    public Task<Outcome<AcceptedChange>> ChangeAsync(Actor actor, string id, ChangeDesktop change, CancellationToken cancellationToken) =>
        ChangeAsync(actor, id, change, besides: null, cancellationToken);

    public async Task<Outcome<AcceptedChange>> ChangeAsync(Actor actor, string id, ChangeDesktop change, Besides? besides, CancellationToken cancellationToken)
    {
        var confirmed = change.ConfirmReplacement;
        for (var i = 0; i < MostTries; i++)
        {
            var found = await FindToChangeAsync(actor, id, change, cancellationToken);
            if (!found.Succeeded)
            {
                return found.Problem!;
            }

            var wanted = await WantAsync(found.Value.Value, change, cancellationToken);
            if (!wanted.Succeeded)
            {
                return wanted.Problem!;
            }

            if (wanted.Value.Kind is not { } kind)
            {
                if (await TryRenameAsync(actor, found.Value, wanted.Value.Desktop, cancellationToken) is { } renamed)
                {
                    return renamed;
                }

                continue;
            }

            if (Refuse(found.Value.Value, kind) is { } refusal)
            {
                return refusal;
            }

            if (kind == OperationKind.Update && !confirmed)
            {
                if (await ConfirmationAsync(found.Value.Value, wanted.Value.Desktop, cancellationToken) is { } problem)
                {
                    return problem;
                }

                confirmed = true;
            }

            if (templates.FindVersion(found.Value.Value.Template, wanted.Value.Desktop.TemplateVersion) is { } pinned)
            {
                await templates.PinAsync(pinned, cancellationToken);
            }

            if (await TryBeginAsync(actor, found.Value, wanted.Value.Desktop, kind, besides, cancellationToken) is { } accepted)
            {
                return accepted;
            }

            if (besides is not null)
            {
                return DesktopProblems.Stale;
            }
        }

        return DesktopProblems.Busy;
    }

    public Task<Outcome<AcceptedChange>> DeleteAsync(Actor actor, string id, long? ifVersion, CancellationToken cancellationToken) =>
        DeleteAsync(actor, id, ifVersion, besides: null, cancellationToken);

    public async Task<Outcome<AcceptedChange>> DeleteAsync(Actor actor, string id, long? ifVersion, Besides? besides, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var found = await FindAsync(actor, id, ifVersion, cancellationToken);
            if (!found.Succeeded)
            {
                return found.Problem!;
            }

            if ((DesktopAccess.Delete(actor, found.Value.Value) ?? Refuse(found.Value.Value, OperationKind.Delete)) is { } refusal)
            {
                return refusal;
            }

            if (await TryBeginAsync(actor, found.Value, found.Value.Value, OperationKind.Delete, besides, cancellationToken) is { } accepted)
            {
                return accepted;
            }

            if (besides is not null)
            {
                return DesktopProblems.Stale;
            }
        }

        return DesktopProblems.Busy;
    }

    /// <summary>For the product itself: brings a desktop that should run back. False when that is not what it needs (any more).</summary>
    public async Task<bool> RepairAsync(string id, CancellationToken cancellationToken)
    {
        var found = await reader.FindAsync(Actor.System, id, cancellationToken);
        return found is { Value: { Status: DesktopStatus.Running, ActiveOperation: null } }
            && await TryBeginAsync(Actor.System, found, found.Value, OperationKind.Repair, besides: null, cancellationToken) is not null;
    }

    /// <summary>
    /// For the product itself: stops a running desktop that is found idle. Somebody who uses it between the question and the commit wins.
    /// </summary>
    /// <param name="id">The desktop.</param>
    /// <param name="isIdle">Decides by the desktop and its activity as they are now.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    public async Task<bool> StopIdleAsync(string id, Func<Desktop, DesktopActivity?, bool> isIdle, CancellationToken cancellationToken)
    {
        var found = await reader.FindAsync(Actor.System, id, cancellationToken);
        var activity = await documents.Activity.GetAsync(id, cancellationToken);
        if (found is not { Value: { Status: DesktopStatus.Running, ActiveOperation: null } desktop } || !isIdle(desktop, activity?.Value))
        {
            return false;
        }

        var unused = activity is null ? documents.Activity.Add(new DesktopActivity(id, null, null)) : documents.Activity.CheckVersion(id, activity.Version);
        return await TryBeginAsync(Actor.System, found, desktop with { Power = Power.Off }, OperationKind.Stop, _ => unused, cancellationToken) is not null;
    }

    public async Task<Outcome<DesktopPlan>> PlanAsync(Actor actor, string id, ChangeDesktop change, CancellationToken cancellationToken)
    {
        var found = await FindToChangeAsync(actor, id, change, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Problem!;
        }

        if (found.Value.Value.ActiveOperation is { } active)
        {
            return DesktopProblems.OperationInProgress(active);
        }

        var wanted = await WantAsync(found.Value.Value, change, cancellationToken);
        if (!wanted.Succeeded)
        {
            return wanted.Problem!;
        }

        return await planner.PlanAsync(found.Value.Value, wanted.Value.Desktop with { Power = change.Power ?? wanted.Value.Desktop.Power }, cancellationToken);
    }

    private async Task<Outcome<Versioned<Desktop>>> FindToChangeAsync(Actor actor, string id, ChangeDesktop change, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, change.IfVersion, cancellationToken);
        return found.Succeeded && DesktopAccess.Change(actor, found.Value.Value, change) is { } forbidden ? forbidden : found;
    }

    private async Task<Outcome<WantedDesktop>> WantAsync(Desktop desktop, ChangeDesktop change, CancellationToken cancellationToken)
    {
        // The version it has and the one it shall have may have been kept by other processes.
        await templates.ObtainAsync(desktop.Template, desktop.TemplateVersion, cancellationToken);
        if (change.TemplateVersion is { Length: 64 } version && version.All(char.IsAsciiHexDigitLower))
        {
            await templates.ObtainAsync(desktop.Template, version, cancellationToken);
        }

        return WantedDesktop.From(desktop, change, templates, validator);
    }

    private static Problem? Refuse(Desktop desktop, OperationKind kind)
    {
        if (desktop.ActiveOperation is { } active)
        {
            return DesktopProblems.OperationInProgress(active);
        }

        return DesktopRules.WhenAccepted(desktop.Status, kind) is null
            ? new Problem(ProblemKind.Conflict, "conflict", $"A desktop that is {desktop.Status.ToString().ToLowerInvariant()} cannot do that now.")
            : null;
    }

    private async Task<Outcome<Versioned<Desktop>>> FindAsync(Actor actor, string id, long? ifVersion, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(actor, id, cancellationToken) is not { } found)
        {
            return Problem.NotFound("desktop", id);
        }

        return ifVersion is null || ifVersion == found.Version ? found : DesktopProblems.Stale;
    }

    // What can be built again (a screen, a machine) may go without asking; a disk or a home may not.
    private async Task<Problem?> ConfirmationAsync(Desktop current, Desktop wanted, CancellationToken cancellationToken)
    {
        var plan = await planner.PlanAsync(current, wanted, cancellationToken);
        if (!plan.Succeeded)
        {
            return plan.Problem;
        }

        return plan.Value.LosesData
            ? new Problem(ProblemKind.Conflict, "confirmation_required", "This change removes or replaces a part of the desktop that holds data. Look at the plan, then ask again with confirmReplacement.")
            {
                Extensions = new Dictionary<string, string> { ["plan"] = JsonSerializer.Serialize(plan.Value.Changes, ProductJson.Options) },
            }
            : null;
    }

    /// <summary>Null when somebody else was quicker.</summary>
    private async Task<AcceptedChange?> TryRenameAsync(Actor actor, Versioned<Desktop> found, Desktop wanted, CancellationToken cancellationToken)
    {
        if (wanted.Name == found.Value.Name)
        {
            return new AcceptedChange(new DesktopView(found.Value, found.Version), null);
        }

        var renamed = wanted with { UpdatedAt = time.GetUtcNow() };
        var set = changes.Begin().Replace(renamed, found.Version).Audit(actor, AuditActions.DesktopRename, $"desktop/{wanted.Id}", AuditResults.Accepted, Told.Change(found.Value, wanted));
        return (await set.CommitAsync(cancellationToken)).Committed ? new AcceptedChange(new DesktopView(renamed, found.Version + 1), null) : null;
    }

    private async Task<AcceptedChange?> TryBeginAsync(Actor actor, Versioned<Desktop> found, Desktop wanted, OperationKind kind, Besides? besides, CancellationToken cancellationToken)
    {
        var status = DesktopRules.WhenAccepted(found.Value.Status, kind) ?? throw new InvalidOperationException($"{kind} cannot begin from {found.Value.Status}.");
        var (desktop, operation) = starter.Begin(found.Value, wanted, kind, status, actor);
        var set = changes.Begin().Replace(desktop, found.Version).Add(operation)
            .Audit(actor, AuditActions.Of(kind), $"desktop/{desktop.Id}", AuditResults.Accepted, Told.Change(found.Value, desktop), operation.Id);
        if (besides is not null)
        {
            set.Write(besides(operation.Id));
        }

        if (Warning(actor, desktop, operation) is { } warning)
        {
            set.Write(warning);
        }

        if (!(await set.CommitAsync(cancellationToken)).Committed)
        {
            return null;
        }

        await queue.EnqueueAsync(operation, CancellationToken.None);
        return new AcceptedChange(new DesktopView(desktop, found.Version + 1), operation);
    }

    // Who stops or deletes what is somebody else's does not do it behind their back.
    private DocumentWrite? Warning(Actor actor, Desktop desktop, Operation operation) => operation.Kind switch
    {
        // The product itself gives notice before it decides to stop one.
        _ when actor.Is(desktop.Owner) || actor.Is(Actor.System.AccountId) => null,
        OperationKind.Stop => notices.DesktopStoppingSoon(desktop, operation.QueuedAt, $"{actor.UserName} asked for it."),
        OperationKind.Delete => notices.DesktopDeletingSoon(desktop, operation.QueuedAt, $"{actor.UserName} asked for it."),
        _ => null,
    };
}
