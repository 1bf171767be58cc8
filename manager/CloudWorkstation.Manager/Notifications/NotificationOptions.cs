using System.ComponentModel.DataAnnotations;

namespace CloudWorkstation.Manager.Notifications;

/// <summary>
/// What the operator of the installation decides about notifications (<c>CWS_NOTIFICATIONS__…</c>). Where webhooks may go is here and not among the
/// settings of the console: an administrator of the product must not be able to reach into the operator's networks.
/// </summary>
public sealed record NotificationOptions
{
    /// <value>Networks that webhooks may reach although they are private, comma-separated, for example <c>10.1.0.0/16,127.0.0.0/8</c>.</value>
    public string? AllowedNetworks { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <value>A file of certificates (PEM) that are trusted besides the system's.</value>
    public string? Authorities { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <value>How often what other processes have to tell is looked for; what this one has to tell is told at once. The default value is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:05:00")]
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>How long a receiver may take to answer. The default value is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>Wait after the first failure; grows threefold with each, up to 6 hours. The default value is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>How long a delivery is tried. The default value is 3 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(3);

    /// <value>How long a webhook may fail before administrators are mailed. The default value is 4 hours.</value>
    [Range(typeof(TimeSpan), "00:00:01", "3.00:00:00")]
    public TimeSpan AlarmAfter { get; init; } = TimeSpan.FromHours(4);
}
