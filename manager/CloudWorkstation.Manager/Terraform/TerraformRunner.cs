using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.Providers;
using CloudWorkstation.Manager.Terraform.Running;
using CloudWorkstation.Manager.Terraform.State;
using CloudWorkstation.Manager.Terraform.Workspaces;

namespace CloudWorkstation.Manager.Terraform;

/// <inheritdoc cref="ITerraformRunner" />
internal sealed class TerraformRunner : ITerraformRunner, IDisposable
{
    private readonly TerraformOptions options;
    private readonly TimeProvider time;
    private readonly S3Clients s3;
    private readonly ProcessRunner processes;
    private readonly TerraformVersion version;
    private readonly ProviderPool providers;
    private readonly MemoryGate memory;

    public TerraformRunner(TerraformOptions options, TimeProvider time, S3Clients? s3 = null)
    {
        this.options = options;
        this.time = time;
        this.s3 = s3 ?? new();
        processes = new(options.Grace, options.OrphanGrace, time);
        version = new(options, processes);
        providers = new(options, time);
        memory = new(options.MemoryPerRun);
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

    public void Dispose()
    {
        providers.Dispose();
        memory.Dispose();
    }

    private async Task<TerraformOutcome> ChangeAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, StopSignals signals, bool destroy)
    {
        var run = Run(request, request.WorkspaceDirectory, report, signals);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Cancel, signals.Kill, signals.Deadline);
        return await InTurnAsync(request, run, WorkAsync, stop.Token);

        Task<TerraformOutcome> WorkAsync()
        {
            Change change = new(run, destroy, LockTimeout(request), time);
            if (StateLocation.Of(request.Backend) is not { } location)
                return change.RunAsync();
            var objects = s3.For(location, request.Environment);
            StateSession session = new(location, objects, new(objects, location, request, options, time), time, report);
            return session.RunAsync(run, () => change.InAsync(session, stop.Token), stop.Token);
        }
    }

    /// <summary>When there is memory for it, and with a provider that runs already, where there may be one.</summary>
    private async Task<TerraformOutcome> InTurnAsync(TerraformRequest request, TerraformRun run, Func<Task<TerraformOutcome>> work, CancellationToken stop)
    {
        try
        {
            using var turn = await memory.EnterAsync(stop);
            using var provider = await providers.RentAsync(request, run.Environment, stop);
            run.Attach(provider);
            var outcome = await work();
            if (provider is not null)
                provider.Good = outcome.Succeeded;
            return outcome;
        }
        catch (OperationCanceledException) when (run.Stopped() is not null)
        {
            return run.Stopped()!;
        }
    }

    /// <summary>In a workspace of its own, so that the desktop's is what its last apply left, whatever version is being planned.</summary>
    private async Task<TerraformPlan> PlanAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, StopSignals signals)
    {
        var scratch = $"{request.WorkspaceDirectory.TrimEnd('/')}.plan-{Guid.NewGuid():n}";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Cancel, signals.Kill, signals.Deadline);
        try
        {
            var run = Run(request, scratch, report, signals);
            TerraformPlan? plan = null;
            var outcome = await InTurnAsync(request, run, async () => (plan = await PlanAsync(request, run, Path.GetFullPath(scratch))).Outcome, stop.Token);
            return plan ?? new(outcome, []);
        }
        finally
        {
            Workspace.Remove(scratch);
        }
    }

    private async Task<TerraformPlan> PlanAsync(TerraformRequest request, TerraformRun run, string scratch)
    {
        PlanCommand command = new() { PlanFile = Path.Combine(scratch, "plan.out"), LockTimeout = LockTimeout(request) };
        var outcome = await run.PrepareAsync() ?? await run.RunAsync(TerraformStage.Plan, command);
        if (run.LostProvider(outcome))
        {
            await run.DetachAsync();
            outcome = await run.PrepareAsync() ?? await run.RunAsync(TerraformStage.Plan, command);
        }

        if (!outcome.Succeeded || !run.Planned.Any(change => change.Destroys))
            return new(outcome, run.Planned);
        return await run.ShowAsync(new ShowCommand { PlanFile = command.PlanFile }, run.Planned);
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
