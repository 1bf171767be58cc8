using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>Who is told of events over HTTP.</summary>
public sealed record Webhook
{
    /// <value>1 to 40 characters of <c>[a-z0-9-]</c>.</value>
    public string Name { get; init; } = "";

    /// <value><c>https</c>, or <c>http</c> to this machine where the operator opened it.</value>
    public string Url { get; init; } = "";

    /// <value>Signs what is sent: <c>whsec_</c> and base64.</value>
    public Secret? Secret { get; init; }

    /// <value>While a secret is changed, what is sent is signed with both.</value>
    public Secret? PreviousSecret { get; init; }

    /// <value>When the previous secret ends; null for as long as it is set.</value>
    public DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <value>Names of events; <c>*</c> for all.</value>
    public IReadOnlyList<string> Events { get; init; } = [];

    public bool Enabled { get; init; } = true;

    public bool Wants(string type) => Enabled && Events.Any(e => e == "*" || e == type);

    internal IEnumerable<byte[]> Keys(DateTimeOffset now) => new[] { Secret, PreviousSecretUntil is { } until && until < now ? null : PreviousSecret }
        .Select(s => s is null ? null : WebhookSecrets.Bytes(s.Reveal()))
        .OfType<byte[]>();
}

/// <summary>The settings section <c>notifications</c>.</summary>
public sealed record NotificationsSettings
{
    public IReadOnlyList<Webhook> Webhooks { get; init; } = [];
}
