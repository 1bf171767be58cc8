using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Notifications.People;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Notifications;

/// <summary>
/// Turns each notice into mails and deliveries, and removes it, in one commit. Notices are found by index and have no position that could be run past: one
/// that shows late is found late, and one that another process has turned already fails the condition on its version.
/// </summary>
internal sealed partial class NoticeDispatcher(
    IDocumentStore store,
    Recipients recipients,
    NoticeMails texts,
    IMailer mailer,
    ISettings<NotificationsSettings> settings,
    WebhookOutbox outbox,
    ILogger<NoticeDispatcher> logger)
{
    private const int PageSize = 50;
    private readonly Collection<Notice> notices = NoticeDocuments.In(store);

    /// <summary>Everything that waits. Returns how many notices were turned.</summary>
    public async Task<int> DispatchAsync(CancellationToken cancellationToken)
    {
        var done = 0;
        await foreach (var notice in notices.AllAsync(notices.Query(NoticeDocuments.Pending, NoticeDocuments.Everything) with { Limit = PageSize }, cancellationToken))
        {
            done += await TryTurnAsync(notice, cancellationToken) ? 1 : 0;
        }

        return done;
    }

    // One that cannot be turned stays, and keeps nobody else's back.
    private async Task<bool> TryTurnAsync(Versioned<Notice> notice, CancellationToken cancellationToken)
    {
        try
        {
            return await TurnAsync(notice, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or StoreUnavailableException))
        {
            Log.NotTurned(logger, e, notice.Value.Type, notice.Value.Id);
            return false;
        }
    }

    private async Task<bool> TurnAsync(Versioned<Notice> notice, CancellationToken cancellationToken)
    {
        List<DocumentWrite> writes = [notices.Remove(notice.Value.Id, notice.Version)];
        foreach (var webhook in (await settings.CurrentAsync(cancellationToken)).Webhooks.Where(w => w.Wants(notice.Value.Type)))
        {
            writes.Add(outbox.Write(outbox.New(notice.Value, webhook.Name)));
        }

        if (NoticeTypes.Find(notice.Value.Type) is { MailedAtOnce: false } type)
        {
            foreach (var person in await recipients.OfAsync(notice.Value, type, cancellationToken))
            {
                var mail = texts.Of(notice.Value);
                writes.Add(mailer.Outbox(new MailMessage { To = person.Email!, Subject = mail.Subject, Text = mail.Text, Kind = notice.Value.Type, AccountId = person.Id }));
            }
        }

        return (await store.CommitAsync(writes, cancellationToken)).Committed;
    }

    private static partial class Log
    {
        [LoggerMessage(2404, LogLevel.Error, "The notice {Type} {Id} could not be told; trying again.")]
        public static partial void NotTurned(ILogger logger, Exception e, string type, string id);
    }
}
