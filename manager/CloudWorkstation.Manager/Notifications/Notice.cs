using System.Text.Json;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Notifications;

/// <summary>
/// Something happened that people or other systems asked to be told of. It is stored in the same commit as what happened and removed in the
/// same commit that stores the mails and deliveries made of it: neither a crash nor a late index loses it or makes it twice.
/// </summary>
internal sealed record Notice
{
    public required string Id { get; init; }

    /// <value>One of <see cref="NoticeTypes"/>.</value>
    public required string Type { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <value>Whom it is about; null for what only administrators are told of.</value>
    public string? Account { get; init; }

    /// <value>What webhooks get as <c>data</c>.</value>
    public required JsonElement Data { get; init; }

    /// <value>What webhooks and receivers know it by.</value>
    public string EventId => "evt_" + Id;
}

/// <summary>Notices that nobody has been told of yet, oldest first.</summary>
internal static class NoticeDocuments
{
    public const string Pending = "pending";
    public const string Everything = "all";

    public static CollectionDefinition Definition { get; } = new("notices", Pending);

    public static Collection<Notice> In(IDocumentStore store) => new(store, Definition, n => n.Id, n => [new IndexEntry(Pending, Everything, n.Id)]);
}
