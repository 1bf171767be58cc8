using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.State;

namespace CloudWorkstation.Manager.Terraform;

/// <summary>An apply or a destroy with what goes before it and after it.</summary>
internal sealed class Change(TerraformRun run, bool destroy, TimeSpan? lockTimeout, TimeProvider time)
{
    // A state that cannot be stored is tried again while the workspace is at hand: the next attempt may run on another machine.
    private const int StoreTries = 4;
    private static readonly TimeSpan FirstStoreDelay = TimeSpan.FromSeconds(1);

    private readonly TerraformStage stage = destroy ? TerraformStage.Destroy : TerraformStage.Apply;
    private readonly ApplyCommand command = new() { Destroy = destroy, LockTimeout = lockTimeout };

    public async Task<TerraformOutcome> RunAsync()
    {
        var outcome = await OnceAsync();
        if (run.LostProvider(outcome))
        {
            await run.DetachAsync();
            outcome = await OnceAsync();
        }

        if (!run.LostInitialisation(outcome))
            return outcome;
        run.ForgetInitialisation();
        return await OnceAsync();
    }

    /// <summary>On a state in S3, under its lock.</summary>
    public async Task<TerraformOutcome> InAsync(StateSession session, CancellationToken stop)
    {
        if (destroy && !run.HasUnstoredState)
        {
            var (exists, fault) = await session.FindStateAsync(stop);
            if (fault is not null)
                return fault;
            if (!exists)
                return new() { Failure = TerraformFailureKind.None };
        }

        var outcome = await RunAsync();
        if (run.HasUnstoredState)
            await StoreStateAsync();
        return outcome.Succeeded && destroy ? await session.RemoveStateAsync(stop) ?? outcome : outcome;
    }

    private async Task<TerraformOutcome> OnceAsync() =>
        await run.PrepareAsync() ?? await run.StoreStateAsync(lockTimeout) ?? await run.RunAsync(stage, command);

    private async Task StoreStateAsync()
    {
        for (var (i, delay) = (0, FirstStoreDelay); i < StoreTries && run.HasUnstoredState && run.Stopped() is null; i++, delay *= 2)
        {
            await Task.Delay(delay, time);
            await run.StoreStateAsync(lockTimeout);
        }
    }
}
