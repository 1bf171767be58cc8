using CloudWorkstation.Manager.Notifications.People;
using CloudWorkstation.Manager.Notifications.Webhooks;

namespace CloudWorkstation.Api.Notifications;

/// <summary>An event that can be told of.</summary>
public sealed record EventModel(string Name, string Title);

/// <param name="Email">Where mails go; absent when the account has no address.</param>
/// <param name="Items">The events.</param>
public sealed record MyNotifications(string? Email, IReadOnlyList<MailChoice> Items);

public sealed record PutMyNotificationsRequest
{
    /// <value>For each event by name whether it is mailed.</value>
    public required IReadOnlyDictionary<string, bool> Mail { get; init; }
}

/// <summary>A secret that is shown once.</summary>
public sealed record NewSecret(string Secret);

/// <summary>One event on its way to one webhook.</summary>
public sealed record DeliveryModel
{
    public required string Id { get; init; }

    /// <value>What the receiver knows it by: <c>webhook-id</c>.</value>
    public required string Event { get; init; }

    public required string Type { get; init; }

    public required string Webhook { get; init; }

    public required DeliveryState State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <value>Only while it is pending.</value>
    public DateTimeOffset? NextAttemptAt { get; init; }

    public LastAnswer? LastAnswer { get; init; }

    /// <value>The body, byte for byte.</value>
    public required string Payload { get; init; }

    public static DeliveryModel From(Delivery delivery) => new()
    {
        Id = delivery.Id,
        Event = delivery.Event,
        Type = delivery.Type,
        Webhook = delivery.Webhook,
        State = delivery.State,
        Attempts = delivery.Attempts,
        CreatedAt = delivery.CreatedAt,
        NextAttemptAt = delivery.State == DeliveryState.Pending ? delivery.DueAt : null,
        LastAnswer = delivery.LastAnswer is { } answer ? new LastAnswer(answer.At, answer.Status, answer.Problem, answer.Body, answer.Milliseconds) : null,
        Payload = delivery.Payload,
    };
}

/// <summary>What the last attempt came to.</summary>
/// <param name="At">When.</param>
/// <param name="Status">HTTP status; absent when there was no answer.</param>
/// <param name="Problem">Why it does not count; absent when it arrived.</param>
/// <param name="Body">How the answer's body begins.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record LastAnswer(DateTimeOffset At, int? Status, string? Problem, string? Body, int Milliseconds);
