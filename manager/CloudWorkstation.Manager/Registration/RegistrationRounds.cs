using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Registration.Directories;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Looks for registrations whose time has come, in one process of all.</summary>
internal sealed class RegistrationRounds(
    DirectoryCreation creation, RegistrationExpiry expiry, Leadership leadership, TimeProvider time, ILogger<RegistrationRounds> logger) : BackgroundService
{
    private const string Work = "registration";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private DateTimeOffset leadsUntil;
    private DateTimeOffset nextExpiry;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryRunAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await LeadsAsync(cancellationToken))
            {
                return;
            }

            await creation.RunDueAsync(cancellationToken);
            if (time.GetUtcNow() >= nextExpiry)
            {
                await expiry.RunAsync(cancellationToken);
                nextExpiry = time.GetUtcNow() + ExpiryInterval;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What is due stays due; the next round finds it.
            logger.LogWarning(e, "A round over the registrations failed; trying again.");
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
