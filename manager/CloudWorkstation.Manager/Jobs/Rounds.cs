using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>
/// Work that waits in the store until its time comes. Looked for at once when this process has stored some, when some falls due, and now and
/// then for what other processes have stored: an installation at rest costs a look every few seconds and not several a second.
/// </summary>
internal abstract class Rounds(CommitSignals signals, TimeProvider time, ILogger logger, params IEnumerable<string> collections) : BackgroundService
{
    /// <summary>How often one looks for what other processes have stored.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What is due and could not be done (another process does it, somebody does not answer) is not asked for without a pause.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly CommitSignal signal = signals.Listen(collections);

    protected virtual TimeSpan Poll => Patience;

    /// <summary>One round.</summary>
    /// <param name="own">This process has stored something: others may not know of it yet, so it is done here, whoever leads.</param>
    /// <param name="cancellationToken">The process stops.</param>
    /// <returns>When the next piece of work falls due; null for none that is known.</returns>
    protected abstract Task<DateTimeOffset?> RoundAsync(bool own, CancellationToken cancellationToken);

    /// <summary>Looks again at once.</summary>
    protected void Wake() => signal.Raise();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var own = false; ;)
            {
                own = await signal.WaitAsync(Pause(await TryAsync(own, stoppingToken)), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task<DateTimeOffset?> TryAsync(bool own, CancellationToken cancellationToken)
    {
        try
        {
            return await RoundAsync(own, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // What is due stays due; the next round finds it.
            logger.LogWarning(e, "A round of {Rounds} failed; trying again.", GetType().Name);
            return time.GetUtcNow();
        }
    }

    private TimeSpan Pause(DateTimeOffset? due)
    {
        var breath = Poll < Breath ? Poll : Breath;
        return due is not { } at ? Poll : TimeSpan.FromTicks(Math.Clamp((at - time.GetUtcNow()).Ticks, breath.Ticks, Poll.Ticks));
    }
}
