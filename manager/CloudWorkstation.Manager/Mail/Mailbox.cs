using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Mail.Smtp;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Mail;

internal sealed class Mailbox(
    IDocumentStore store,
    OutboxDocuments outbox,
    Mailer mailer,
    SmtpSender smtp,
    ISettings<MailSettings> settings,
    PublicLinks links,
    IAuditLog audit,
    TimeProvider time) : IMailbox
{
    private static readonly Problem Changing = new(ProblemKind.Conflict, "busy", "The mail is being sent at this moment. Look again.");

    public async Task<Outcome<Listing<MailSummary>>> ListAsync(Actor actor, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        var query = outbox.Mails.Query(OutboxDocuments.All, OutboxDocuments.All) with { Descending = true };
        return await FilteredPages.ReadAsync(outbox.Mails, query, "mail", IsThere, m => m.Value.ToSummary(), limit, cursor, cancellationToken);
    }

    public async Task<Outcome<MailView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, cancellationToken);
        return !found.Succeeded ? found.Problem! : View(found.Value.Value);
    }

    public async Task<Outcome<MailSummary>> RetryAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Problem!;
        }

        var (now, mail) = (time.GetUtcNow(), found.Value.Value);
        var again = mail with { State = MailState.Queued, NextAttemptAt = now, UsefulUntil = mail.UsefulUntil > now ? mail.UsefulUntil : now.AddHours(1) };
        return await CommitAsync(actor, AuditActions.MailRetry, mail, outbox.Mails.Replace(again, found.Value.Version, again.ExpiresAt), cancellationToken) ? again.ToSummary() : Changing;
    }

    public async Task<Outcome<bool>> RemoveAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Problem!;
        }

        return await CommitAsync(actor, AuditActions.MailRemove, found.Value.Value, outbox.Mails.Remove(id, found.Value.Version), cancellationToken) ? true : Changing;
    }

    public async Task<Outcome<TestMailResult>> SendTestAsync(Actor actor, string to, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        if (MailAddresses.Normalize(to) is not { } address)
        {
            return Problem.Invalid(new FieldError("to", "An e-mail address looks like name@example.org."));
        }

        var server = (await settings.ReadAsync(cancellationToken)).Value;
        var text = $"This is a test mail of CloudWorkstation at {links.To("/")}.\nSomebody who manages it asked for it; there is nothing to do.\n";
        var mail = mailer.Write(new MailMessage { To = address, Subject = "Test mail of CloudWorkstation", Text = text, Kind = AuditActions.MailTest });
        if (!server.HasServer)
        {
            await CommitAsync(actor, AuditActions.MailTest, mail, outbox.Add(mail), cancellationToken);
            return new TestMailResult(Delivered: false);
        }

        var result = await smtp.SendAsync(server, links.Host, mail, text, cancellationToken);
        var delivered = result.Outcome == SendOutcome.Delivered;
        await audit.RecordAsync(actor, AuditActions.MailTest, "settings/mail", delivered ? AuditResults.Accepted : AuditResults.Failed, result.Detail, cancellationToken);
        return delivered ? new TestMailResult(Delivered: true) : new Problem(ProblemKind.Unavailable, "mail_not_sent", result.Detail!);
    }

    private async Task<Outcome<Versioned<OutboxMail>>> FindAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        !actor.May(Permissions.PlatformManage) ? AccountProblems.Forbidden
        : id.Length == SortableIds.Length && await outbox.Mails.GetAsync(id, cancellationToken) is { } mail && IsThere(mail.Value) ? mail
        : Problem.NotFound("mail", id);

    private async Task<bool> CommitAsync(Actor actor, string action, OutboxMail mail, DocumentWrite write, CancellationToken cancellationToken) =>
        (await store.CommitAsync([write, audit.Entry(actor, action, "mail/" + mail.Id, AuditResults.Accepted, mail.Kind)], cancellationToken)).Committed;

    private MailView View(OutboxMail mail) => new(mail.ToSummary(), mail.State == MailState.Kept ? mailer.TextOf(mail) : null);

    private bool IsThere(OutboxMail mail) => mail.ExpiresAt > time.GetUtcNow();
}
