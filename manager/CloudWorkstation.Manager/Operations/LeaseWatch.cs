using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// Ends a run whose lease could not be extended, also while a call to the store hangs: others may take the operation over, and rely on it
/// that nothing of this run goes on. Warned first, since Terraform that is killed cannot write its state.
/// </summary>
internal sealed class LeaseWatch : IDisposable
{
    private readonly AttemptServices services;
    private readonly Func<Operation> current;
    private readonly CancellationTokenSource superseded;
    private readonly CancellationTokenSource lapsing = new();
    private readonly ITimer timer;
    private volatile bool stopped;

    /// <param name="services">Clock, length of a lease, log.</param>
    /// <param name="current">The operation as last stored.</param>
    /// <param name="superseded">Cancelled when the lease is over.</param>
    public LeaseWatch(AttemptServices services, Func<Operation> current, CancellationTokenSource superseded)
    {
        (this.services, this.current, this.superseded) = (services, current, superseded);
        timer = services.Time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <value>The lease is about to pass because the store does not answer: end what can be ended, another worker goes on.</value>
    public CancellationToken Lapsing => lapsing.Token;

    private TimeSpan Warning => services.Options.Jobs.Lease / 4;

    private DateTimeOffset Now => services.Time.GetUtcNow();

    /// <summary>The lease has a new end. Looked at twice: a quarter of the lease before it, and at it.</summary>
    public void Extended()
    {
        if (current().LeaseUntil is { } until && !stopped)
        {
            var next = lapsing.IsCancellationRequested ? until : until - Warning;
            timer.Change(next > Now ? next - Now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask StopAsync()
    {
        stopped = true;
        return timer.DisposeAsync();
    }

    public void Dispose()
    {
        timer.Dispose();
        lapsing.Dispose();
    }

    private void Look()
    {
        // A timer may fire early by its clock's grain; the next heartbeat may have been stored meanwhile.
        if (stopped || superseded.IsCancellationRequested)
        {
            return;
        }

        var operation = current();
        if (Now >= operation.LeaseUntil)
        {
            services.Logger.LogWarning("The lease of operation {Operation} ended before it could be extended; its run is killed.", operation.Id);
            _ = superseded.CancelAsync();
            return;
        }

        if (Now >= operation.LeaseUntil - Warning && !lapsing.IsCancellationRequested)
        {
            services.Logger.LogWarning("The lease of operation {Operation} could not be extended; its run is asked to end before another worker may take it up.", operation.Id);
            _ = lapsing.CancelAsync();
        }

        Extended();
    }
}
