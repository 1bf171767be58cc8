using System.Net;

namespace CloudWorkstation.Manager.Audit;

/// <summary>
/// Which entries to read, newest first. A target, an actor or an action is looked up in its index and as far back as entries are kept; without one
/// of them the days of the range are read, today's when none is given.
/// </summary>
public sealed record AuditFilter
{
    /// <value>One day, UTC; instead of <see cref="From"/> and <see cref="To"/>.</value>
    public DateOnly? Day { get; init; }

    /// <value>Not before this moment.</value>
    public DateTimeOffset? From { get; init; }

    /// <value>Before this moment.</value>
    public DateTimeOffset? To { get; init; }

    /// <value>Account id.</value>
    public string? ActorId { get; init; }

    /// <value>Type and id, for example <c>desktop/abc123def456</c>.</value>
    public string? Target { get; init; }

    /// <value>One of <see cref="AuditActions"/>.</value>
    public string? Action { get; init; }

    /// <value>One of <see cref="AuditResults"/>.</value>
    public string? Result { get; init; }

    /// <value>An address, or a network such as <c>10.0.0.0/8</c>.</value>
    public IPNetwork? Network { get; init; }

    /// <value>Part of a name, a target, a detail, or of what changed; upper and lower case are the same.</value>
    public string? Text { get; init; }

    public int Limit { get; init; } = 50;

    public string? Cursor { get; init; }

    /// <value>For the entry of whoever takes the trail away.</value>
    internal string Told => string.Join(", ", new[]
    {
        Day is { } day ? $"{day:yyyy-MM-dd}" : $"{From:yyyy-MM-ddTHH:mm:ssZ} to {To:yyyy-MM-ddTHH:mm:ssZ}",
        ActorId is null ? null : "actor " + ActorId,
        Target is null ? null : "target " + Target,
        Action is null ? null : "action " + Action,
        Result is null ? null : "result " + Result,
        Network is null ? null : $"address {Network}",
        Text is null ? null : "with a text",
    }.OfType<string>());

    internal string Fingerprint => $"audit|{Day}|{From:O}|{To:O}|{ActorId}|{Target}|{Action}|{Result}|{Network}|{Text}";

    internal bool Matches(AuditEntry entry) =>
        (From is null || entry.At >= From) && (To is null || entry.At < To)
        && (Day is null || DateOnly.FromDateTime(entry.At.UtcDateTime) == Day)
        && Same(ActorId, entry.ActorId) && Same(Target, entry.Target) && Same(Action, entry.Action) && Same(Result, entry.Result)
        && (Network is null || (IPAddress.TryParse(entry.Address, out var address) && Network.Value.Contains(Plain(address))))
        && (Text is null || Says(entry, Text));

    private static bool Same(string? wanted, string value) => wanted is null || string.Equals(wanted, value, StringComparison.Ordinal);

    private static bool Says(AuditEntry entry, string text) =>
        new[] { entry.ActorName, entry.Target, entry.Detail, entry.Change?.Before?.GetRawText(), entry.Change?.After?.GetRawText(), entry.RequestId }
            .Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
