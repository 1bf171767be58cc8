using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Computes what an update would change, in a workspace of its own, so that a run that begins meanwhile is not disturbed.</summary>
internal sealed class DesktopPlanner(ITerraformRunner terraform, DesktopTerraform desktopTerraform, ITemplateCatalogue templates, ManagerOptions options) : IDisposable
{
    private const int Lanes = 64;
    private readonly SemaphoreSlim slots = new(Math.Max(1, options.Jobs.Slots));

    // Somebody who asks about one desktop again and again waits for himself, and not everybody for him.
    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <param name="current">As stored.</param>
    /// <param name="wanted">With the values that were asked for.</param>
    /// <param name="cancellationToken">Ends the computation.</param>
    public async Task<Outcome<DesktopPlan>> PlanAsync(Desktop current, Desktop wanted, CancellationToken cancellationToken)
    {
        var lane = lanes[(uint)string.GetHashCode(wanted.Id, StringComparison.Ordinal) % Lanes];
        await lane.WaitAsync(cancellationToken);
        try
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                var plan = await RunAsync(wanted, cancellationToken);
                return plan.Outcome.Succeeded ? Judge(plan, current, wanted) : Failed(plan.Outcome);
            }
            finally
            {
                slots.Release();
            }
        }
        finally
        {
            lane.Release();
        }
    }

    public void Dispose()
    {
        slots.Dispose();
        Array.ForEach(lanes, l => l.Dispose());
    }

    private async Task<TerraformPlan> RunAsync(Desktop wanted, CancellationToken cancellationToken)
    {
        var request = desktopTerraform.Request(wanted, wanted.Power);
        request = request with { WorkspaceDirectory = $"{request.WorkspaceDirectory}.plan-{Guid.NewGuid():N}" };
        try
        {
            return await terraform.PlanAsync(request, static _ => ValueTask.CompletedTask, cancellationToken, CancellationToken.None);
        }
        finally
        {
            await terraform.RemoveWorkspaceAsync(request.WorkspaceDirectory, CancellationToken.None);
        }
    }

    // What exists was built by the version before, so that version has a say in what holds data; a version that is not known any more
    // may have kept data anywhere.
    private DesktopPlan Judge(TerraformPlan plan, Desktop current, Desktop wanted)
    {
        Template?[] versions = [templates.FindVersion(current.Template, current.TemplateVersion), templates.FindVersion(wanted.Template, wanted.TemplateVersion)];
        return new DesktopPlan([.. plan.Changes.Select(c => new DesktopPlanChange(
            c.Address,
            c.Actions,
            c.ReplacedBecauseOf,
            c.Destroys,
            c.Destroys && versions.Any(v => v is null || v.IsPersistent(c.Address))))]);
    }

    private static Problem Failed(TerraformOutcome outcome)
    {
        var cause = FailureCatalogue.From(outcome);
        var detail = string.Join(' ', new[] { cause.Message }.Concat(cause.Diagnostics.Take(3).Select(d => $"{d.Summary}.")));
        return new Problem(ProblemKind.Unavailable, "plan_failed", $"The change could not be planned: {detail} {FailureCatalogue.Fix(cause.Kind)}");
    }
}
