using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Notifications.People;
using CloudWorkstation.Manager.Notifications.Webhooks;

namespace CloudWorkstation.Api.Notifications;

/// <summary>What I get by mail; for administrators, what webhooks were sent and how they are doing. Their addresses are in the settings.</summary>
public static class NotificationsApi
{
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var mine = routes.MapGroup("/me/notifications").WithTags("Me");
        mine.MapGet("", GetMine).Describe("GetMyNotifications", "What I get by mail", "The events that can concern you.").Answers<MyNotifications>(200, "Your choices.");
        mine.MapPut("", PutMine).Describe("PutMyNotifications", "Choose what I get by mail", "Events that are not named stay as they are.")
            .Takes<PutMyNotificationsRequest>().Answers<MyNotifications>(200, "Your choices as they are now.").Refuses("busy");

        var all = routes.MapGroup("/notifications").WithTags("Notifications").Require(Permissions.PlatformManage).Refuses("forbidden");
        all.MapGet("/events", () => Results.Ok(new ListOf<EventModel>([.. NoticeTypes.All.Select(t => new EventModel(t.Name, t.Title))])))
            .Describe("ListNotificationEvents", "List what can be told of").Answers<ListOf<EventModel>>(200, "All of them.");
        all.MapGet("/webhooks", ListWebhooks).Describe("ListWebhooks", "How the webhooks are doing").Answers<ListOf<WebhookStatus>>(200, "All of them.");
        all.MapPost("/webhooks/{name}/test", Test).Describe("TestWebhook", "Send a test event", "An event of type `test`, whatever the webhook is subscribed to. Lifts a pause.")
            .Answers<DeliveryModel>(202, "On its way.").Refuses("not_found", "busy");
        all.MapPost("/webhooks/{name}/rotate", Rotate).Describe("RotateWebhookSecret", "Make a new signing secret", "What is sent is signed with both for another day.")
            .Answers<NewSecret>(200, "The secret, shown this once.").Refuses("not_found", "settings_fixed", "stale", "invalid");
        all.MapGet("/deliveries", ListDeliveries).Describe("ListDeliveries", "List what webhooks were sent", "Newest first; kept for 30 days.")
            .Reads<string>("webhook", "Only those to this webhook.").Reads<DeliveryState>("state", "Only those in this state.").Paged()
            .Answers<ListOf<DeliveryModel>>(200, "One page.");
        all.MapPost("/deliveries/{id}/send-again", SendAgain).Describe("SendDeliveryAgain", "Send the same event again", "Under the same `webhook-id`, at once. Lifts a pause.")
            .Answers<DeliveryModel>(202, "On its way.").Refuses("not_found", "busy");
    }

    private static async Task<IResult> GetMine(Caller caller, INotificationPreferences preferences, IAccountService accounts, CancellationToken cancellationToken) =>
        await MineAsync(caller, await preferences.ReadAsync(caller.Actor, cancellationToken), accounts, cancellationToken);

    private static async Task<IResult> PutMine(
        JsonBody<PutMyNotificationsRequest> body, Caller caller, INotificationPreferences preferences, IAccountService accounts, CancellationToken cancellationToken)
    {
        var changed = await preferences.ChangeAsync(caller.Actor, body.Value.Mail, cancellationToken);
        return changed.Problem is { } problem ? HttpProblem.From(problem) : await MineAsync(caller, changed.Value, accounts, cancellationToken);
    }

    private static async Task<IResult> MineAsync(Caller caller, IReadOnlyList<MailChoice> choices, IAccountService accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(caller.Actor, caller.Actor.AccountId, cancellationToken);
        return Results.Ok(new MyNotifications(account.Succeeded ? account.Value.Account.Email : null, choices));
    }

    private static async Task<IResult> ListWebhooks(Caller caller, IWebhookService webhooks, CancellationToken cancellationToken) =>
        (await webhooks.StatusAsync(caller.Actor, cancellationToken)).Match(found => Results.Ok(new ListOf<WebhookStatus>(found)));

    private static async Task<IResult> Test(string name, Caller caller, IWebhookService webhooks, CancellationToken cancellationToken) =>
        Accepted(await webhooks.TestAsync(caller.Actor, name, cancellationToken));

    private static async Task<IResult> SendAgain(string id, Caller caller, IWebhookService webhooks, CancellationToken cancellationToken) =>
        Accepted(await webhooks.SendAgainAsync(caller.Actor, id, cancellationToken));

    private static IResult Accepted(Manager.Outcome<Delivery> outcome) =>
        outcome.Match(delivery => Results.Json(DeliveryModel.From(delivery), statusCode: StatusCodes.Status202Accepted));

    private static async Task<IResult> Rotate(string name, Caller caller, IWebhookService webhooks, CancellationToken cancellationToken) =>
        (await webhooks.RotateAsync(caller.Actor, name, cancellationToken)).Match(secret => Results.Ok(new NewSecret(secret)));

    private static async Task<IResult> ListDeliveries(Caller caller, PageQuery page, IWebhookService webhooks, HttpContext http, CancellationToken cancellationToken)
    {
        var (webhook, state) = (Query.Identifier(http.Request.Query, "webhook"), Query.Choice<DeliveryState>(http.Request.Query, "state"));
        return (await webhooks.DeliveriesAsync(caller.Actor, webhook, state, page.Limit, page.Cursor, cancellationToken))
            .Match(found => Results.Ok(new ListOf<DeliveryModel>([.. found.Items.Select(DeliveryModel.From)], found.Cursor)));
    }
}
