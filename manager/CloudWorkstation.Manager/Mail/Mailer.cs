using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Mail;

/// <summary>Makes outbox documents, and opens what they hold.</summary>
internal sealed class Mailer(OutboxDocuments outbox, SecretSeal seal, SortableIds ids, TimeProvider time) : IMailer
{
    private const string Purpose = "mail";
    private static readonly TimeSpan Patience = TimeSpan.FromDays(3);
    private static readonly TimeSpan FailuresKept = TimeSpan.FromDays(7);

    public DocumentWrite Outbox(MailMessage message) => outbox.Add(Write(message));

    public OutboxMail Write(MailMessage message)
    {
        var (id, now) = (ids.Next(), time.GetUtcNow());
        var until = message.UsefulUntil ?? now + Patience;
        return new OutboxMail
        {
            Id = id,
            To = message.To,
            Subject = message.Subject,
            Kind = message.Kind,
            Body = seal.Seal(Purpose, id, message.Text),
            AccountId = message.AccountId,
            QueuedAt = now,
            UsefulUntil = until,
            NextAttemptAt = now,
            ExpiresAt = until + FailuresKept,
        };
    }

    public string TextOf(OutboxMail mail) => seal.Open(Purpose, mail.Id, mail.Body);
}
