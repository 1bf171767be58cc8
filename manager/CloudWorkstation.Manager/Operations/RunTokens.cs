namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// The two ways an attempt is stopped: <see cref="Cancel"/> asks Terraform to end (somebody cancelled, the process stops, the lease is about to pass), and
/// <see cref="Kill"/> follows when the grace period has passed, or at once when the attempt was superseded.
/// </summary>
internal sealed class RunTokens : IDisposable
{
    /// <value>A process that stops has ten seconds in all.</value>
    private static readonly TimeSpan GraceAtShutdown = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource cancel;
    private readonly CancellationTokenSource kill = new();
    private readonly List<CancellationTokenRegistration> registrations;
    private readonly List<ITimer> timers = [];
    private readonly TimeProvider time;

    public RunTokens(Attempt attempt, TimeSpan grace, TimeProvider time, CancellationToken shutdown)
    {
        this.time = time;
        cancel = CancellationTokenSource.CreateLinkedTokenSource([attempt.Cancelled, attempt.Lapsing, attempt.Superseded, shutdown]);
        registrations =
        [
            attempt.Superseded.Register(kill.Cancel),
            attempt.Cancelled.Register(() => KillAfter(grace)),
            shutdown.Register(() => KillAfter(grace < GraceAtShutdown ? grace : GraceAtShutdown)),
        ];
    }

    public CancellationToken Cancel => cancel.Token;

    public CancellationToken Kill => kill.Token;

    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        lock (timers)
        {
            timers.ForEach(t => t.Dispose());
        }

        cancel.Dispose();
        kill.Dispose();
    }

    private void KillAfter(TimeSpan grace)
    {
        lock (timers)
        {
            timers.Add(time.CreateTimer(_ => Fire(), null, grace, Timeout.InfiniteTimeSpan));
        }
    }

    private void Fire()
    {
        try
        {
            kill.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended while the timer was firing.
        }
    }
}
