using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.Running;
using CloudWorkstation.Manager.Terraform.State;
using CloudWorkstation.Manager.Terraform.Workspaces;

namespace CloudWorkstation.Manager.Terraform;

/// <inheritdoc />
internal sealed class TerraformRunner : ITerraformRunner
{
    private readonly TerraformOptions options;
    private readonly TimeProvider time;
    private readonly S3Clients s3;
    private readonly ProcessRunner processes;
    private readonly TerraformVersion version;

    public TerraformRunner(TerraformOptions options, TimeProvider time, S3Clients? s3 = null)
    {
        this.options = options;
        this.time = time;
        this.s3 = s3 ?? new();
        processes = new(options.Grace, options.OrphanGrace, time);
        version = new(options, processes);
    }

    public Task<TerraformOutcome> ApplyAsync(
        TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) =>
        WithDeadlineAsync(request, signals => ChangeAsync(request, report, signals, destroy: false), cancel, kill);

    public async Task<TerraformOutcome> DestroyAsync(
        TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill)
    {
        if (Workspace.LocalStatePath(request.Backend) is { } state && !File.Exists(state))
            return new() { Failure = TerraformFailureKind.None };
        return await WithDeadlineAsync(request, signals => ChangeAsync(request, report, signals, destroy: true), cancel, kill);
    }

    public Task<TerraformPlan> PlanAsync(
        TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) =>
        WithDeadlineAsync(request, signals => PlanAsync(request, report, signals), cancel, kill);

    public Task RemoveWorkspaceAsync(string workspaceDirectory, CancellationToken cancellationToken) =>
        Task.Run(() => Workspace.Remove(workspaceDirectory), cancellationToken);

    private Task<TerraformOutcome> ChangeAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, StopSignals signals, bool destroy)
    {
        var run = Run(request, request.WorkspaceDirectory, report, signals);
        Change change = new(run, destroy, LockTimeout(request), time);
        return StateLocation.Of(request.Backend) is { } location
            ? InSessionAsync(location, request, run, change, report, signals)
            : change.RunAsync();
    }

    private async Task<TerraformOutcome> InSessionAsync(
        StateLocation location, TerraformRequest request, TerraformRun run, Change change, Func<TerraformEvent, ValueTask> report, StopSignals signals)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Cancel, signals.Kill, signals.Deadline);
        var objects = s3.For(location, request.Environment);
        StateSession session = new(location, objects, new(objects, location, request, options, time), time, report);
        return await session.RunAsync(run, () => change.InAsync(session, stop.Token), stop.Token);
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
                ?? await run.RunAsync(TerraformStage.Plan, new PlanCommand { PlanFile = planFile, LockTimeout = LockTimeout(request) });
            if (!outcome.Succeeded || !run.Planned.Any(change => change.Destroys))
                return new(outcome, run.Planned);
            return await run.ShowAsync(new ShowCommand { PlanFile = planFile }, run.Planned);
        }
        finally
        {
            Workspace.Remove(scratch);
        }
    }

    // In S3 the lock is ours to hold, and a plan, which changes nothing, needs none: an object is read whole or not at all.
    private TimeSpan? LockTimeout(TerraformRequest request) => StateLocation.Of(request.Backend) is null ? options.LockTimeout : null;

    private TerraformRun Run(TerraformRequest request, string directory, Func<TerraformEvent, ValueTask> report, StopSignals signals) =>
        new(request, new Workspace(directory), options, processes, version, time, report, signals);

    private async Task<T> WithDeadlineAsync<T>(TerraformRequest request, Func<StopSignals, Task<T>> run, CancellationToken cancel, CancellationToken kill)
    {
        using var deadline = request.Timeout is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        return await run(new(cancel, kill, deadline.Token));
    }
}
