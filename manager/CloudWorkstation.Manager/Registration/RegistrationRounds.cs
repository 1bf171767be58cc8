using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Registration.Directories;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Registration;

/// <summary>
/// Sees to registrations whose time has come: what this process stored at once, by itself; the rest in one process of all. Each attempt is claimed
/// before the directory is asked.
/// </summary>
internal sealed class RegistrationRounds(
    RegistrationDocuments documents, DirectoryCreation creation, RegistrationExpiry expiry, Leadership leadership, CommitSignals signals, TimeProvider time, ILogger<RegistrationRounds> logger)
    : Rounds(signals, time, logger, RegistrationDocuments.Definition.Name)
{
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Term = TimeSpan.FromMinutes(3);
    private readonly TimeProvider time = time;
    private DateTimeOffset nextExpiry;

    protected override async Task<DateTimeOffset?> RoundAsync(bool own, CancellationToken cancellationToken)
    {
        var next = await documents.NextAsync(cancellationToken);
        if (next <= time.GetUtcNow() && (own || await LeadsAsync(cancellationToken)))
        {
            await creation.RunDueAsync(cancellationToken);
            next = await documents.NextAsync(cancellationToken);
        }

        if (time.GetUtcNow() >= nextExpiry)
        {
            nextExpiry = time.GetUtcNow() + ExpiryInterval;
            if (await LeadsAsync(cancellationToken))
            {
                await expiry.RunAsync(cancellationToken);
            }
        }

        return next;
    }

    private Task<bool> LeadsAsync(CancellationToken cancellationToken) => leadership.HoldAsync("registration", Term, cancellationToken);
}
