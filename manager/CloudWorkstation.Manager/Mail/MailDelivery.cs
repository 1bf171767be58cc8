using CloudWorkstation.Manager.Mail.Smtp;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Mail;

/// <summary>
/// Takes mails that are due and gives them to the server. A mail is claimed before it is sent, with a condition, so that of several
/// processes one sends it; a claim that is not ended (the process died) is taken over after a while.
/// </summary>
internal sealed partial class MailDelivery(
    OutboxDocuments outbox,
    Mailer mailer,
    SmtpSender smtp,
    ISettings<MailSettings> settings,
    PublicLinks links,
    TimeProvider time,
    ILogger<MailDelivery> logger)
{
    private const int Batch = 50;
    private const int MostDoublings = 6;
    private static readonly TimeSpan Claimed = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private MailSettings? unusable;
    private int pauses;
    private DateTimeOffset pausedUntil;

    /// <summary>When there is something to send; null when nothing waits. While the server is of no use, not before it is tried again.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken) =>
        await outbox.NextAsync(cancellationToken) is not { } next ? null
        : unusable is not null && next < pausedUntil && ReferenceEquals(await settings.CurrentAsync(cancellationToken), unusable) ? pausedUntil
        : next;

    /// <summary>One round; returns how many mails were dealt with.</summary>
    public async Task<int> DeliverAsync(CancellationToken cancellationToken)
    {
        var server = await settings.CurrentAsync(cancellationToken);
        if (ReferenceEquals(server, unusable) && time.GetUtcNow() < pausedUntil)
        {
            return 0;
        }

        var done = 0;
        foreach (var found in await outbox.DueAsync(time.GetUtcNow(), Batch, cancellationToken))
        {
            // The list may be behind; the document is not.
            if (await outbox.Mails.GetAsync(found.Value.Id, cancellationToken) is not { } mail || !IsDue(mail.Value))
            {
                continue;
            }

            done++;
            if (!await DeliverAsync(server, mail, cancellationToken))
            {
                break;
            }
        }

        return done;
    }

    /// <summary>False when the server is of no use to the other mails either.</summary>
    private async Task<bool> DeliverAsync(MailSettings server, Versioned<OutboxMail> mail, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (mail.Value.UsefulUntil <= now)
        {
            await FailAsync(mail.Value, mail.Version, mail.Value.Failure ?? "It was not sent in time.", cancellationToken);
            return true;
        }

        if (!server.HasServer)
        {
            await outbox.ReplaceAsync(mail.Value with { State = MailState.Kept, ExpiresAt = now + KeptFor }, mail.Version, cancellationToken);
            return true;
        }

        var claimed = mail.Value with { Attempts = mail.Value.Attempts + 1, NextAttemptAt = now + Claimed };
        if (!await outbox.ReplaceAsync(claimed, mail.Version, cancellationToken))
        {
            return true;
        }

        var result = await smtp.SendAsync(server, links.Host, claimed, mailer.TextOf(claimed), cancellationToken);
        await RecordAsync(claimed, mail.Version + 1, result, cancellationToken);
        return Usable(server, result);
    }

    private async Task RecordAsync(OutboxMail mail, long version, SendResult result, CancellationToken cancellationToken)
    {
        switch (result.Outcome)
        {
            case SendOutcome.Delivered:
                await outbox.RemoveAsync(mail.Id, version, cancellationToken);
                break;
            case SendOutcome.Refused:
                await FailAsync(mail, version, result.Detail!, cancellationToken);
                break;
            default:
                var wait = FirstWait * Math.Pow(2, Math.Min(mail.Attempts - 1, MostDoublings));
                Log.Later(logger, mail.Id, mail.Kind, mail.Attempts, result.Detail!);
                await outbox.ReplaceAsync(mail with { NextAttemptAt = time.GetUtcNow() + wait, Failure = result.Detail }, version, cancellationToken);
                break;
        }
    }

    private Task<bool> FailAsync(OutboxMail mail, long version, string why, CancellationToken cancellationToken)
    {
        Log.GivenUp(logger, mail.Id, mail.Kind, why);
        return outbox.ReplaceAsync(mail with { State = MailState.Failed, Failure = why }, version, cancellationToken);
    }

    /// <summary>A server that is of no use is left alone for a while, unless its settings change.</summary>
    private bool Usable(MailSettings server, SendResult result)
    {
        if (result.Outcome != SendOutcome.ServerUnusable)
        {
            (unusable, pauses) = (null, 0);
            return true;
        }

        pauses = ReferenceEquals(server, unusable) ? pauses + 1 : 0;
        (unusable, pausedUntil) = (server, time.GetUtcNow() + (FirstPause * Math.Pow(2, Math.Min(pauses, MostDoublings))));
        return false;
    }

    private bool IsDue(OutboxMail mail) => mail.State == MailState.Queued && mail.NextAttemptAt <= time.GetUtcNow();

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "Mail {Mail} ({Kind}) was not taken at attempt {Attempt} and is tried again: {Reason}")]
        public static partial void Later(ILogger logger, string mail, string kind, int attempt, string reason);

        [LoggerMessage(2102, LogLevel.Error, "Mail {Mail} ({Kind}) is given up: {Reason}")]
        public static partial void GivenUp(ILogger logger, string mail, string kind, string reason);
    }
}
