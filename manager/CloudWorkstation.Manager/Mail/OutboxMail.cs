using System.Globalization;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Mail;

/// <summary>A mail as stored. Gone once the server has taken it.</summary>
internal sealed record OutboxMail
{
    public required string Id { get; init; }

    public required string To { get; init; }

    public required string Subject { get; init; }

    public required string Kind { get; init; }

    /// <value>The text, sealed under this document's id.</value>
    public required string Body { get; init; }

    public string? AccountId { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <value>It is not tried after this.</value>
    public required DateTimeOffset UsefulUntil { get; init; }

    public MailState State { get; init; }

    public int Attempts { get; init; }

    /// <value>While an attempt runs, when another may take over.</value>
    public required DateTimeOffset NextAttemptAt { get; init; }

    public string? Failure { get; init; }

    /// <value>The document goes then; the store may be late with it.</value>
    public required DateTimeOffset ExpiresAt { get; init; }

    public MailSummary ToSummary() => new(Id, To, Subject, Kind, State, QueuedAt, Attempts, State == MailState.Queued ? NextAttemptAt : null, Failure);
}

/// <summary>The collection of mails: those that are due in order of time, and all, newest first.</summary>
internal sealed class OutboxDocuments(IDocumentStore store)
{
    public const string All = "all";
    private const string Due = "due";

    public static CollectionDefinition Definition { get; } = new("mail", Due, All);

    public Collection<OutboxMail> Mails { get; } = new(store, Definition, m => m.Id, Indexes);

    public async Task<IReadOnlyList<Versioned<OutboxMail>>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        (await Mails.QueryAsync(Mails.Query(Due, Due) with { To = Sortable(now.AddMilliseconds(1)), Limit = limit }, cancellationToken)).Items;

    /// <summary>When the first mail that waits is due; null when none waits.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken) =>
        (await Mails.QueryAsync(Mails.Query(Due, Due) with { Limit = 1 }, cancellationToken)).Items is [var first] ? first.Value.NextAttemptAt : null;

    public DocumentWrite Add(OutboxMail mail) => Mails.Add(mail, mail.ExpiresAt);

    public async Task<bool> ReplaceAsync(OutboxMail mail, long version, CancellationToken cancellationToken) =>
        (await store.CommitAsync([Mails.Replace(mail, version, mail.ExpiresAt)], cancellationToken)).Committed;

    public async Task<bool> RemoveAsync(string id, long version, CancellationToken cancellationToken) =>
        (await store.CommitAsync([Mails.Remove(id, version)], cancellationToken)).Committed;

    private static IEnumerable<IndexEntry> Indexes(OutboxMail mail) => mail.State == MailState.Queued
        ? [new(Due, Due, Sortable(mail.NextAttemptAt)), new(All, All, mail.Id)]
        : [new(All, All, mail.Id)];

    private static string Sortable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
}
