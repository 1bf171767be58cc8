using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Mail;

/// <summary>
/// Sends mails: what this process wrote at once, by itself; what others wrote and what is tried again in one process of all. A mail is claimed
/// before it is sent, so two that look at once send it once.
/// </summary>
internal sealed class MailRounds(MailDelivery delivery, Leadership leadership, CommitSignals signals, TimeProvider time, ILogger<MailRounds> logger)
    : Rounds(signals, time, logger, OutboxDocuments.Definition.Name, SettingsDocument.Definition.Name)
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private readonly TimeProvider time = time;

    protected override async Task<DateTimeOffset?> RoundAsync(bool own, CancellationToken cancellationToken)
    {
        var next = await delivery.NextAsync(cancellationToken);
        if (next is null || next > time.GetUtcNow() || !(own || await leadership.HoldAsync("mail", Term, cancellationToken)))
        {
            return next;
        }

        await delivery.DeliverAsync(cancellationToken);
        return await delivery.NextAsync(cancellationToken);
    }
}
