using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.Running;
using CloudWorkstation.Manager.Terraform.Workspaces;

namespace CloudWorkstation.Manager.Terraform;

/// <inheritdoc />
internal sealed class TerraformRunner : ITerraformRunner
{
    private readonly TerraformOptions options;
    private readonly TimeProvider time;
    private readonly ProcessRunner processes;
    private readonly TerraformVersion version;

    public TerraformRunner(TerraformOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        processes = new(options.Grace, options.OrphanGrace, time);
        version = new(options, processes);
    }

    public Task<TerraformOutcome> ApplyAsync(
        TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) =>
        WithDeadlineAsync(request, signals =>
            ApplyAsync(Run(request, request.WorkspaceDirectory, report, signals), TerraformStage.Apply, new ApplyCommand { LockTimeout = options.LockTimeout }), cancel, kill);

    public async Task<TerraformOutcome> DestroyAsync(
        TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill)
    {
        if (Workspace.LocalStatePath(request.Backend) is { } state && !File.Exists(state))
            return new() { Failure = TerraformFailureKind.None };
        ApplyCommand command = new() { Destroy = true, LockTimeout = options.LockTimeout };
        return await WithDeadlineAsync(request, signals =>
            ApplyAsync(Run(request, request.WorkspaceDirectory, report, signals), TerraformStage.Destroy, command), cancel, kill);
    }

    public Task<TerraformPlan> PlanAsync(
        TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) =>
        WithDeadlineAsync(request, signals => PlanAsync(request, report, signals), cancel, kill);

    public Task RemoveWorkspaceAsync(string workspaceDirectory, CancellationToken cancellationToken) =>
        Task.Run(() => Workspace.Remove(workspaceDirectory), cancellationToken);

    private static async Task<TerraformOutcome> ApplyAsync(TerraformRun run, TerraformStage stage, ApplyCommand command)
    {
        var outcome = await run.PrepareAsync() ?? await run.RunAsync(stage, command);
        if (!run.LostInitialisation(outcome))
            return outcome;
        run.ForgetInitialisation();
        return await run.PrepareAsync() ?? await run.RunAsync(stage, command);
    }

    /// <summary>In a workspace of its own, so that the desktop's is what its last apply left, whatever version is being planned.</summary>
    private async Task<TerraformPlan> PlanAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, StopSignals signals)
    {
        var scratch = $"{request.WorkspaceDirectory.TrimEnd('/')}.plan-{Guid.NewGuid():n}";
        try
        {
            var run = Run(request, scratch, report, signals);
            var planFile = Path.Combine(Path.GetFullPath(scratch), "plan.out");
            var outcome = await run.PrepareAsync()
                ?? await run.RunAsync(TerraformStage.Plan, new PlanCommand { PlanFile = planFile, LockTimeout = options.LockTimeout });
            if (!outcome.Succeeded || !run.Planned.Any(change => change.Destroys))
                return new(outcome, run.Planned);
            return await run.ShowAsync(new ShowCommand { PlanFile = planFile }, run.Planned);
        }
        finally
        {
            Workspace.Remove(scratch);
        }
    }

    private TerraformRun Run(TerraformRequest request, string directory, Func<TerraformEvent, ValueTask> report, StopSignals signals) =>
        new(request, new Workspace(directory), options, processes, version, time, report, signals);

    private async Task<T> WithDeadlineAsync<T>(TerraformRequest request, Func<StopSignals, Task<T>> run, CancellationToken cancel, CancellationToken kill)
    {
        using var deadline = request.Timeout is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        return await run(new(cancel, kill, deadline.Token));
    }
}
