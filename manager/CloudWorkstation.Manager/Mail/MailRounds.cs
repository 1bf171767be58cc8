using CloudWorkstation.Manager.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Mail;

/// <summary>Looks for mails that are due, in one process of all.</summary>
internal sealed class MailRounds(MailDelivery delivery, Leadership leadership, TimeProvider time, ILogger<MailRounds> logger) : BackgroundService
{
    private const string Work = "mail";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private DateTimeOffset leadsUntil;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryDeliverAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryDeliverAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await LeadsAsync(cancellationToken))
            {
                await delivery.DeliverAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What is due stays due; the next round finds it.
            logger.LogWarning(e, "Sending mails failed; trying again.");
        }
    }

    /// <summary>Asks anew when half of the term has passed.</summary>
    private async Task<bool> LeadsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (leadsUntil - now > Term / 2)
        {
            return true;
        }

        var leads = await leadership.HoldAsync(Work, Term, cancellationToken);
        leadsUntil = leads ? now + Term : default;
        return leads;
    }
}
