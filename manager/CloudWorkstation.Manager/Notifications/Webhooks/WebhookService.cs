using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>How a webhook is doing.</summary>
public enum WebhookState
{
    Well,
    Failing,

    /// <summary>It answered that it wants nothing any more.</summary>
    Gone,
    Disabled,
}

/// <summary>A webhook and how it is doing.</summary>
public sealed record WebhookStatus(string Name, WebhookState State, DateTimeOffset? FailingSince, int Failures, DateTimeOffset? NextAt, string? Problem);

/// <summary>What an administrator sees and does with webhooks, besides their settings.</summary>
public interface IWebhookService
{
    Task<Outcome<IReadOnlyList<WebhookStatus>>> StatusAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<Outcome<Listing<Delivery>>> DeliveriesAsync(Actor actor, string? webhook, DeliveryState? state, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Sends an event that means nothing, whatever the webhook is subscribed to; a webhook that pauses or was given up is tried anew.</summary>
    Task<Outcome<Delivery>> TestAsync(Actor actor, string webhook, CancellationToken cancellationToken);

    /// <summary>Sends the same event again, at once and with all the time that a new one has.</summary>
    Task<Outcome<Delivery>> SendAgainAsync(Actor actor, string delivery, CancellationToken cancellationToken);

    /// <summary>Makes a new secret, returned this once; the one before signs too for another day.</summary>
    Task<Outcome<string>> RotateAsync(Actor actor, string webhook, CancellationToken cancellationToken);
}

/// <inheritdoc />
internal sealed class WebhookService(
    IDocumentStore store, ISettings<NotificationsSettings> settings, WebhookOutbox outbox, SortableIds ids, IAuditLog audit, TimeProvider time) : IWebhookService
{
    private const int MostTries = 20;
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);
    private static readonly Problem Busy = new(ProblemKind.Conflict, "busy", "This webhook is being sent to at this moment. Try again.");
    private readonly Collection<Delivery> deliveries = DeliveryDocuments.In(store);
    private readonly Collection<WebhookHealth> healths = WebhookHealth.In(store);

    public async Task<Outcome<IReadOnlyList<WebhookStatus>>> StatusAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        List<WebhookStatus> found = [];
        foreach (var webhook in (await settings.ReadAsync(cancellationToken)).Value.Webhooks)
        {
            found.Add(Status(webhook, (await healths.GetAsync(webhook.Name, cancellationToken))?.Value ?? WebhookHealth.Well(webhook.Name)));
        }

        return Outcome<IReadOnlyList<WebhookStatus>>.From(found);
    }

    public async Task<Outcome<Listing<Delivery>>> DeliveriesAsync(Actor actor, string? webhook, DeliveryState? state, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        var query = webhook is null ? deliveries.Query(DeliveryDocuments.All, DeliveryDocuments.Everything) : deliveries.Query(DeliveryDocuments.ByWebhook, webhook);
        return await FilteredPages.ReadAsync(
            deliveries, query with { Descending = true }, $"deliveries|{webhook}|{state}", d => state is null || d.State == state, d => d.Value, limit, cursor, cancellationToken);
    }

    public async Task<Outcome<Delivery>> TestAsync(Actor actor, string webhook, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        if (await FindAsync(webhook, cancellationToken) is not { } found)
        {
            return Problem.NotFound("webhook", webhook);
        }

        var notice = new Notice { Id = ids.Next(), Type = NoticeTypes.Test, At = time.GetUtcNow(), Data = ProductJson.Element(new { webhook, by = actor.UserName }) };
        var delivery = outbox.New(notice, found.Name);
        var entry = audit.Entry(actor, AuditActions.WebhookTest, $"webhook/{found.Name}", AuditResults.Accepted);
        return await CommitAsync(found.Name, () => Task.FromResult<IReadOnlyList<DocumentWrite>?>([outbox.Write(delivery), entry]), cancellationToken) ? delivery : Busy;
    }

    public async Task<Outcome<Delivery>> SendAgainAsync(Actor actor, string delivery, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        if (await deliveries.GetAsync(delivery, cancellationToken) is not { } first || await FindAsync(first.Value.Webhook, cancellationToken) is null)
        {
            return Problem.NotFound("delivery", delivery);
        }

        var entry = audit.Entry(actor, AuditActions.WebhookSendAgain, $"webhook/{first.Value.Webhook}", AuditResults.Accepted, delivery);
        var again = first.Value;
        var done = await CommitAsync(
            first.Value.Webhook,
            async () =>
            {
                if (await deliveries.GetAsync(delivery, cancellationToken) is not { } current)
                {
                    return null;
                }

                var now = time.GetUtcNow();
                again = current.Value with { State = DeliveryState.Pending, DueAt = now, Until = now + (current.Value.Until - current.Value.CreatedAt) };
                return [deliveries.Replace(again, current.Version, now + DeliveryDocuments.Kept), entry];
            },
            cancellationToken);
        return done ? again : Busy;
    }

    public async Task<Outcome<string>> RotateAsync(Actor actor, string webhook, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        var view = await settings.ReadAsync(cancellationToken);
        if (view.Value.Webhooks.All(w => w.Name != webhook))
        {
            return Problem.NotFound("webhook", webhook);
        }

        var secret = WebhookSecrets.New();
        var changed = view.Value.Webhooks.Select(w => w.Name != webhook ? w
            : w with { Secret = Secret.Of(secret), PreviousSecret = w.Secret, PreviousSecretUntil = time.GetUtcNow() + Overlap });
        var replaced = await settings.ReplaceAsync(actor, view.Value with { Webhooks = [.. changed] }, view.Version, cancellationToken);
        return replaced.Problem is { } problem ? problem : secret;
    }

    /// <summary>The writes, with the webhook's pause lifted; made anew while somebody else writes the same.</summary>
    private async Task<bool> CommitAsync(string webhook, Func<Task<IReadOnlyList<DocumentWrite>?>> make, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await make() is not { } writes)
            {
                return false;
            }

            var health = await healths.GetAsync(webhook, cancellationToken);
            DocumentWrite[] lifted = health is null ? [] : [healths.Replace(health.Value with { NextAt = null, GoneAt = null }, health.Version)];
            if ((await store.CommitAsync([.. writes, .. lifted], cancellationToken)).Committed)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Webhook?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await settings.ReadAsync(cancellationToken)).Value.Webhooks.FirstOrDefault(w => w.Name == name);

    private static WebhookStatus Status(Webhook webhook, WebhookHealth health)
    {
        var state = !webhook.Enabled ? WebhookState.Disabled
            : health.IsGone(webhook) ? WebhookState.Gone
            : health.Failures > 0 ? WebhookState.Failing
            : WebhookState.Well;
        return new WebhookStatus(webhook.Name, state, health.FailingSince, health.Failures, health.NextAt, health.Problem);
    }
}
