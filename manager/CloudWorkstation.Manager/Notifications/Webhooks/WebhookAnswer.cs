namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>What an attempt came to.</summary>
public sealed record WebhookAnswer
{
    public required DateTimeOffset At { get; init; }

    /// <value>HTTP status; null when there was no answer.</value>
    public int? Status { get; init; }

    /// <value>Why there was no answer, or why the one there was does not count; null when it arrived.</value>
    public string? Problem { get; init; }

    /// <value>How the answer's body begins.</value>
    public string? Body { get; init; }

    public int Milliseconds { get; init; }

    /// <value>How long the receiver asks to be left alone.</value>
    public TimeSpan? RetryAfter { get; init; }

    public bool Arrived => Status is >= 200 and <= 299;

    /// <value>The receiver wants nothing any more.</value>
    public bool Gone => Status == 410;
}
