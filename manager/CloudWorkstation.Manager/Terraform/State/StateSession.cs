namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>A run on a state in S3: the lock around it, and the state's removal after a destroy.</summary>
internal sealed class StateSession(
    StateLocation location, StateObjects objects, StateLock stateLock, TimeProvider time, Func<TerraformEvent, ValueTask> report)
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(20);

    public async Task<TerraformOutcome> RunAsync(TerraformRun run, Func<Task<TerraformOutcome>> work, CancellationToken stop)
    {
        LockResult result;
        try
        {
            result = await stateLock.TakeAsync(text => TellAsync("info", text), stop);
        }
        catch (OperationCanceledException) when (run.Stopped() is not null)
        {
            return run.Stopped()!;
        }
        catch (Exception exception) when (StateFaults.IsOne(exception))
        {
            return StateFaults.Outcome(exception, "Terraform's state could not be reached");
        }

        if (result is not LockResult.Held held)
            return new() { Failure = TerraformFailureKind.Locked, Message = ((LockResult.Refused)result).By.Sentence };
        if (held.Before is { } dead)
            await TellAsync("warn", $"Attempt {dead.Attempt} of operation {dead.Operation} died with the lock of this desktop's state; it was taken over.");
        var outcome = await WorkAsync(run, work);
        // The lock of a run that was killed stays: it tells the next attempt so, and that what the run made may not be in the state.
        if (run.HasEnded)
            await ReleaseAsync(held);
        return outcome;
    }

    /// <summary>Whether there is a state; a fault of S3 is the run's outcome.</summary>
    public async Task<(bool Exists, TerraformOutcome? Fault)> FindStateAsync(CancellationToken stop)
    {
        try
        {
            return (await objects.ReadAsync(location.Key, stop) is not null, null);
        }
        catch (Exception exception) when (StateFaults.IsOne(exception))
        {
            return (true, StateFaults.Outcome(exception, "Terraform's state could not be reached"));
        }
    }

    /// <summary>After a destroy. The bucket's versioning keeps what was.</summary>
    public async Task<TerraformOutcome?> RemoveStateAsync(CancellationToken stop)
    {
        try
        {
            if (await objects.ReadAsync(location.Key, stop) is { } state)
                await objects.DeleteAsync(location.Key, state.ETag, stop);
            return null;
        }
        catch (Exception exception) when (StateFaults.IsOne(exception))
        {
            return StateFaults.Outcome(exception, "The state of what was removed could not be removed");
        }
    }

    private static async Task<TerraformOutcome> WorkAsync(TerraformRun run, Func<Task<TerraformOutcome>> work)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (run.Stopped() is not null)
        {
            return run.Stopped()!;
        }
    }

    private async Task ReleaseAsync(LockResult.Held held)
    {
        try
        {
            using CancellationTokenSource limit = new(ReleaseLimit, time);
            if (!await stateLock.ReleaseAsync(held, limit.Token))
                await TellAsync("warn", "The lock of this desktop's state was taken over by somebody else meanwhile.");
        }
        catch (Exception exception) when (exception is OperationCanceledException || StateFaults.IsOne(exception))
        {
            await TellAsync("warn", $"The lock of this desktop's state could not be released: {exception.Message} The next operation takes it over.");
        }
    }

    private ValueTask TellAsync(string level, string text) => report(new TerraformEvent.Line(time.GetUtcNow(), level, text));
}
