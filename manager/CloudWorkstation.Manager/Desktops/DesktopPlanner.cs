using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Computes what an update would change, in a workspace of its own, so that a run that begins meanwhile is not disturbed.</summary>
internal sealed class DesktopPlanner(ITerraformRunner terraform, DesktopTerraform desktopTerraform, ManagerOptions options) : IDisposable
{
    private readonly SemaphoreSlim slots = new(Math.Max(1, options.Jobs.Slots));

    public async Task<Outcome<TerraformPlan>> PlanAsync(Desktop wanted, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        var request = desktopTerraform.Request(wanted, wanted.Power);
        request = request with { WorkspaceDirectory = $"{request.WorkspaceDirectory}.plan-{Guid.NewGuid():N}" };
        try
        {
            var plan = await terraform.PlanAsync(request, static _ => ValueTask.CompletedTask, cancellationToken, CancellationToken.None);
            return plan.Outcome.Succeeded ? plan : Failed(plan.Outcome);
        }
        finally
        {
            await terraform.RemoveWorkspaceAsync(request.WorkspaceDirectory, CancellationToken.None);
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();

    private static Problem Failed(TerraformOutcome outcome)
    {
        var cause = FailureCatalogue.From(outcome);
        var detail = string.Join(' ', new[] { cause.Message }.Concat(cause.Diagnostics.Take(3).Select(d => $"{d.Summary}.")));
        return new Problem(ProblemKind.Unavailable, "plan_failed", $"The change could not be planned: {detail} {FailureCatalogue.Fix(cause.Kind)}");
    }
}
