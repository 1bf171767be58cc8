using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Mail;

/// <summary>A mail to one person, in plain text.</summary>
public sealed record MailMessage
{
    /// <value>An e-mail address; <see cref="MailAddresses"/> has the rules.</value>
    public required string To { get; init; }

    /// <value>Without secrets: administrators see it when the mail cannot be sent.</value>
    public required string Subject { get; init; }

    /// <value>May hold links that are secrets: it is encrypted until it is sent.</value>
    public required string Text { get; init; }

    /// <value>A word for what it is about, for example <c>registration.verify</c>.</value>
    public required string Kind { get; init; }

    public string? AccountId { get; init; }

    /// <value>After this it need not be sent any more, for example because its link has expired; null for three days.</value>
    public DateTimeOffset? UsefulUntil { get; init; }
}

/// <summary>Mails are written down in the commit of what they tell of, and sent from there: at least once, whatever process dies meanwhile.</summary>
public interface IMailer
{
    /// <summary>A write to put into the caller's own commit.</summary>
    DocumentWrite Outbox(MailMessage message);
}

public enum MailState
{
    /// <summary>Waits to be sent, for the first time or again.</summary>
    Queued,

    /// <summary>Given up: refused for good, or not delivered in time.</summary>
    Failed,

    /// <summary>No mail server is set, so it stays here for a day to be read.</summary>
    Kept,
}

/// <summary>A mail that is not sent, as those who manage the platform see it.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="To">Address.</param>
/// <param name="Subject">Subject.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="State">What becomes of it.</param>
/// <param name="QueuedAt">When it was written.</param>
/// <param name="Attempts">How often sending was tried.</param>
/// <param name="NextAttemptAt">When it is tried next; null when it is not.</param>
/// <param name="Failure">What the last attempt ended with.</param>
public sealed record MailSummary(
    string Id, string To, string Subject, string Kind, MailState State, DateTimeOffset QueuedAt, int Attempts, DateTimeOffset? NextAttemptAt, string? Failure);

/// <summary>A mail with its text, which only a kept one shows: the links of others belong to whom they are sent.</summary>
public sealed record MailView(MailSummary Summary, string? Text);

/// <summary>What became of a test mail.</summary>
/// <param name="Delivered">The mail server took it; false when there is none and it was kept.</param>
public sealed record TestMailResult(bool Delivered);

/// <summary>The mails that are not sent, for those who manage the platform.</summary>
public interface IMailbox
{
    /// <summary>Newest first.</summary>
    Task<Outcome<Listing<MailSummary>>> ListAsync(Actor actor, int limit, string? cursor, CancellationToken cancellationToken);

    Task<Outcome<MailView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Tries a waiting or failed mail at once.</summary>
    Task<Outcome<MailSummary>> RetryAsync(Actor actor, string id, CancellationToken cancellationToken);

    Task<Outcome<bool>> RemoveAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Sends a mail now, with the settings as they are; a refusal says what the server said.</summary>
    Task<Outcome<TestMailResult>> SendTestAsync(Actor actor, string to, CancellationToken cancellationToken);
}
