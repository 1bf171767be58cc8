using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Terraform;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Another attempt has taken the operation over; this one has no say any more.</summary>
internal sealed class SupersededException(string operation, int attempt) : Exception($"Attempt {attempt} of operation {operation} was superseded.");

/// <summary>What every attempt needs.</summary>
internal sealed record AttemptServices(OperationDocuments Documents, Changes Changes, ManagerOptions Options, TimeProvider Time, ILogger<Attempt> Logger);

/// <summary>
/// One worker's run of one operation. All its writes go through <see cref="WriteAsync"/>: each is conditional on the version read before and
/// on the attempt number being still ours, so nothing of a superseded attempt is ever stored. One loop stores progress, log and lease,
/// and learns of a cancel by the conflict it causes.
/// </summary>
internal sealed class Attempt : IJournal, IAsyncDisposable
{
    private const int MostPendingLines = 5000;
    private readonly AttemptServices services;
    private readonly int number;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly SemaphoreSlim dirty = new(0, 1);
    private readonly CancellationTokenSource ended = new();
    private readonly CancellationTokenSource cancelled = new();
    private readonly CancellationTokenSource superseded = new();
    private readonly LogBuffer log;
    private readonly ProgressTracker progress;
    private Versioned<Operation> current;
    private bool changed;
    private readonly LeaseWatch lease;
    private Task pump = Task.CompletedTask;

    public Attempt(AttemptServices services, Versioned<Operation> claimed)
    {
        this.services = services;
        current = claimed;
        number = claimed.Value.Attempt;
        log = new LogBuffer(claimed.Value.Id, claimed.Value.LogLength);
        progress = new ProgressTracker(claimed.Value.Progress);
        lease = new LeaseWatch(services, () => current.Value, superseded);
        Notice(claimed.Value);
    }

    public Operation Operation => current.Value;

    public DateTimeOffset? StartedAt => current.Value.StartedAt;

    /// <value>Somebody asked for the operation to end.</value>
    public CancellationToken Cancelled => cancelled.Token;

    /// <inheritdoc cref="LeaseWatch.Lapsing" />
    public CancellationToken Lapsing => lease.Lapsing;

    /// <value>Stop everything at once and write nothing more.</value>
    public CancellationToken Superseded => superseded.Token;

    private DateTimeOffset Now => services.Time.GetUtcNow();

    /// <summary>Begins to store progress and to extend the lease.</summary>
    public void Start()
    {
        lease.Extended();
        pump = Task.Run(PumpAsync);
    }

    public void Step(string name, string phrase)
    {
        progress.Step(name, phrase, Now);
        Log("info", phrase);
    }

    public void Log(string level, string text)
    {
        log.Add(Now, level, text);
        Touch();
    }

    /// <summary>Takes in what Terraform reports; waits when the store cannot keep up.</summary>
    public async ValueTask ReportAsync(TerraformEvent report)
    {
        if (report is TerraformEvent.Line line)
        {
            log.AddOutput(line.At, line.Level, line.Text);
        }

        if (progress.Apply(report) || report is TerraformEvent.Line)
        {
            Touch();
        }

        while (log.Count > MostPendingLines && !superseded.IsCancellationRequested && !ended.IsCancellationRequested)
        {
            await Task.Delay(services.Options.Jobs.ProgressInterval, services.Time);
        }
    }

    /// <summary>Makes the loop look at the store now, for a cancel that was asked for in this process.</summary>
    public void Touch()
    {
        Volatile.Write(ref changed, true);
        try
        {
            dirty.Release();
        }
        catch (SemaphoreFullException)
        {
            // The loop has not taken up the last call yet; it will see this one too.
        }
    }

    /// <summary>Ends the loop, then stores the last change; repeats it until the store says that it is done or that it is not ours to do.</summary>
    /// <exception cref="SupersededException">Nothing was written.</exception>
    public async Task FinishAsync(Func<Operation, ChangeSet, CancellationToken, Task<Operation>> change, CancellationToken cancellationToken)
    {
        await StopAsync();
        while (true)
        {
            try
            {
                while (!log.FitsOneCommit)
                {
                    await WriteAsync(Unchanged, tell: false, cancellationToken);
                }

                await WriteAsync(change, tell: true, cancellationToken);
                return;
            }
            catch (Exception e) when (e is not (SupersededException or OperationCanceledException))
            {
                services.Logger.LogError(e, "Storing the end of operation {Operation} failed; trying again.", Operation.Id);
                await Task.Delay(TimeSpan.FromSeconds(1), services.Time, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        ended.Dispose();
        cancelled.Dispose();
        superseded.Dispose();
        lease.Dispose();
        gate.Dispose();
        dirty.Dispose();
    }

    private static Task<Operation> Unchanged(Operation operation, ChangeSet set, CancellationToken cancellationToken) => Task.FromResult(operation);

    private async Task StopAsync()
    {
        await lease.StopAsync();
        await ended.CancelAsync();
        await pump;
    }

    private async Task PumpAsync()
    {
        while (!ended.IsCancellationRequested && !superseded.IsCancellationRequested)
        {
            try
            {
                await WaitForWorkAsync();
                await WriteAsync(Unchanged, Interlocked.Exchange(ref changed, false), ended.Token);
                await Task.Delay(services.Options.Jobs.ProgressInterval, services.Time, ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SupersededException)
            {
                await superseded.CancelAsync();
            }
            catch (Exception e)
            {
                await SurviveAsync(e);
            }
        }
    }

    private async Task WaitForWorkAsync()
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        var heartbeat = Task.Delay(services.Options.Jobs.Heartbeat, services.Time, waiting.Token);
        await Task.WhenAny(heartbeat, dirty.WaitAsync(waiting.Token));
        await waiting.CancelAsync();
        ended.Token.ThrowIfCancellationRequested();
    }

    // Without the store this worker cannot know whether it still owns the operation; once the lease has passed it must assume that it does not.
    private async Task SurviveAsync(Exception e)
    {
        services.Logger.LogWarning(e, "Storing the progress of operation {Operation} failed; trying again.", Operation.Id);
        Volatile.Write(ref changed, true);
        if (Now > current.Value.LeaseUntil)
        {
            await superseded.CancelAsync();
            return;
        }

        await Task.Delay(services.Options.Jobs.ProgressInterval, services.Time, CancellationToken.None);
    }

    private async Task WriteAsync(Func<Operation, ChangeSet, CancellationToken, Task<Operation>> change, bool tell, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                if (superseded.IsCancellationRequested)
                {
                    throw new SupersededException(Operation.Id, number);
                }

                var set = services.Changes.Begin();
                var chunks = log.Peek();
                var next = await change(Refreshed(chunks), set, cancellationToken);
                set.Replace(next, current.Version, tell);
                foreach (var chunk in chunks)
                {
                    set.Write(services.Documents.Log.Add(chunk));
                }

                if (await CommitAsync(set, next))
                {
                    return;
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private Operation Refreshed(IReadOnlyList<LogChunk> chunks)
    {
        var now = Now;
        return current.Value with
        {
            LeaseUntil = now + services.Options.Jobs.Lease,
            Progress = progress.Current,
            LogLength = chunks.Count > 0 ? chunks[^1].Last : current.Value.LogLength,
            Writes = current.Value.Writes + 1,
        };
    }

    /// <summary>False when the change has to be worked out again from what is stored now.</summary>
    private async Task<bool> CommitAsync(ChangeSet set, Operation next)
    {
        try
        {
            // Not cancellable: a commit that was begun is seen through, so that its answer is known.
            if ((await set.CommitAsync(CancellationToken.None)).Committed)
            {
                Accept(new Versioned<Operation>(next, current.Version + 1));
                return true;
            }
        }
        catch (Exception e)
        {
            services.Logger.LogWarning(e, "The answer to a write of operation {Operation} was lost; looking.", next.Id);
            if (!await WasDoneAsync(next))
            {
                throw;
            }

            set.Publish();
            return true;
        }

        if (await WasDoneAsync(next))
        {
            set.Publish();
            return true;
        }

        return current.Value.State == OperationState.Running ? false : throw new SupersededException(next.Id, number);
    }

    private async Task<bool> WasDoneAsync(Operation next)
    {
        var stored = await services.Documents.Operations.GetAsync(next.Id, CancellationToken.None);
        if (stored is null || stored.Value.Attempt != number)
        {
            await superseded.CancelAsync();
            throw new SupersededException(next.Id, number);
        }

        Accept(stored);
        return stored.Value.Writes == next.Writes;
    }

    private void Accept(Versioned<Operation> stored)
    {
        current = stored;
        log.DropThrough(stored.Value.LogLength);
        lease.Extended();
        Notice(stored.Value);
    }

    private void Notice(Operation operation)
    {
        if (operation.CancelRequested && !cancelled.IsCancellationRequested)
        {
            // Not awaited: what listens to it stops Terraform, which takes its time.
            _ = cancelled.CancelAsync();
        }
    }
}
