using System.Text;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Settings;
using Microsoft.AspNetCore.Http;

namespace CloudWorkstation.Manager.Tests.Notifications;

/// <summary>What a receiver gets, over real TLS.</summary>
public sealed class WebhookTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Token => NotificationsHost.Token;

    [Fact(Timeout = Timeout)]
    public async Task An_event_arrives_whole_and_signed_as_the_standard_says()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url + "/in?from=cws"));
        await host.HappensAsync(host.Notices.AccountLocked("a1", "alice", DateTimeOffset.UnixEpoch, "192.0.2.7"));

        await host.TurnAsync();
        await host.SendAsync("tickets");

        var got = receiver.All.ShouldHaveSingleItem();
        got.IsSignedWith(NotificationsHost.SigningSecret).ShouldBeTrue();
        got.Signature.ShouldNotContain(' ');
        long.Parse(got.Timestamp).ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        got.Json["id"]!.GetValue<string>().ShouldBe(got.Id);
        got.Json["type"]!.GetValue<string>().ShouldBe("account.locked");
        got.Json["at"]!.GetValue<string>().ShouldEndWith("Z");
        got.Json["data"]!["account"]!["userName"]!.GetValue<string>().ShouldBe("alice");
        var delivery = (await host.DeliveriesAsync()).ShouldHaveSingleItem();
        (delivery.State, delivery.Attempts, delivery.LastAnswer!.Status).ShouldBe((DeliveryState.Delivered, 1, 204));
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_what_a_webhook_is_subscribed_to_is_sent_to_it()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(
            NotificationsHost.To("some", receiver.Url, NoticeTypes.AccountLocked),
            NotificationsHost.To("off", receiver.Url) with { Enabled = false },
            NotificationsHost.To("all", receiver.Url));
        await host.HappensAsync("one");

        await host.TurnAsync();

        (await host.DeliveriesAsync()).Select(d => d.Webhook).ShouldBe(["all"]);
        (await host.WaitingAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task While_a_secret_is_rotated_either_verifies_and_afterwards_only_the_new_one()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));

        var fresh = (await host.Webhooks.RotateAsync(Actor.System, "tickets", Token)).Value;
        await host.Webhooks.TestAsync(Actor.System, "tickets", Token);
        await host.SendAsync("tickets");

        var got = receiver.All.ShouldHaveSingleItem();
        got.IsSignedWith(fresh).ShouldBeTrue();
        got.IsSignedWith(NotificationsHost.SigningSecret).ShouldBeTrue();
        var over = NotificationsHost.To("t", receiver.Url) with
        {
            Secret = Secret.Of(fresh),
            PreviousSecret = Secret.Of(NotificationsHost.SigningSecret),
            PreviousSecretUntil = DateTimeOffset.UnixEpoch,
        };
        over.Keys(DateTimeOffset.UtcNow).ShouldHaveSingleItem().ShouldBe(WebhookSecrets.Bytes(fresh));
    }

    [Fact(Timeout = Timeout)]
    public async Task What_fails_is_sent_again_under_the_same_id_until_it_arrives()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, _) => AnswerAsync(context, receiver.All.Count < 3 ? 500 : 200, "no\nluck");
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        await host.HappensAsync("one");
        await host.TurnAsync();

        await host.SendAsync("tickets");
        var first = (await host.DeliveriesAsync()).ShouldHaveSingleItem();
        (first.State, first.Attempts, first.LastAnswer!.Status, first.LastAnswer.Body).ShouldBe((DeliveryState.Pending, 1, 500, "no luck"));
        first.DueAt.ShouldBeGreaterThan(first.CreatedAt);
        (await host.StatusAsync("tickets")).State.ShouldBe(WebhookState.Failing);
        await UntilAsync(host, "tickets", d => d.State == DeliveryState.Delivered);

        receiver.All.Count.ShouldBe(3);
        receiver.All.Select(r => r.Id).Distinct().ShouldHaveSingleItem();
        receiver.All.Select(r => r.Body).Distinct().ShouldHaveSingleItem();
        receiver.All.ShouldAllBe(r => r.IsSignedWith(NotificationsHost.SigningSecret));
        var status = await host.StatusAsync("tickets");
        (status.State, status.Failures, status.FailingSince).ShouldBe((WebhookState.Well, 0, null));
    }

    [Fact(Timeout = Timeout)]
    public async Task Events_arrive_in_the_order_in_which_they_happened()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        var names = Enumerable.Range(0, 25).Select(n => $"n{n}").ToList();
        foreach (var name in names)
        {
            await host.HappensAsync(name);
        }

        await host.TurnAsync();
        await host.SendAsync("tickets");

        receiver.All.Select(r => r.Json["data"]!["registration"]!["id"]!.GetValue<string>()).ShouldBe(names);
    }

    [Fact(Timeout = Timeout)]
    public async Task One_event_that_a_receiver_refuses_does_not_hold_up_the_others()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, got) => AnswerAsync(context, got.Body.Contains("poison", StringComparison.Ordinal) ? 400 : 200);
        using var host = new NotificationsHost(receiver, settings: new() { ["Notifications:RetryDelay"] = "00:00:00.050" });
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        await host.HappensAsync("poison");
        await host.HappensAsync("bread");
        await host.TurnAsync();

        await NotificationsHost.UntilAsync(
            async () =>
            {
                await host.SendAsync("tickets");
                return (await host.DeliveriesAsync()).Any(d => d.State == DeliveryState.Delivered && d.Payload.Contains("bread", StringComparison.Ordinal));
            },
            "the second event to arrive");

        (await host.DeliveriesAsync())[0].State.ShouldBe(DeliveryState.Pending);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_webhook_that_is_down_is_asked_once_for_all_that_waits_for_it()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, _) => AnswerAsync(context, 503);
        using var host = new NotificationsHost(receiver, settings: new() { ["Notifications:RetryDelay"] = "00:10:00" });
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        foreach (var n in Enumerable.Range(0, 10))
        {
            await host.HappensAsync($"n{n}");
        }

        await host.TurnAsync();
        await host.SendAsync("tickets");
        await host.SendAsync("tickets");

        receiver.All.ShouldHaveSingleItem();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_redirect_is_not_followed_and_does_not_count()
    {
        await using var elsewhere = await new WebhookReceiver().StartAsync();
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.Redirect(elsewhere.Url + "/secret", permanent: true, preserveMethod: true);
            return Task.CompletedTask;
        };
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));

        await host.Webhooks.TestAsync(Actor.System, "tickets", Token);
        await host.SendAsync("tickets");

        elsewhere.All.ShouldBeEmpty();
        var delivery = (await host.DeliveriesAsync()).ShouldHaveSingleItem();
        (delivery.State, delivery.LastAnswer!.Status).ShouldBe((DeliveryState.Pending, 308));
        delivery.LastAnswer.Problem!.ShouldContain("redirect");
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_an_answer_without_an_end_only_the_beginning_is_read()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = async (context, _) =>
        {
            context.Response.StatusCode = 500;
            var block = Encoding.UTF8.GetBytes(new string('x', 64 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));

        await host.Webhooks.TestAsync(Actor.System, "tickets", Token);
        await host.SendAsync("tickets");

        var answer = (await host.DeliveriesAsync()).ShouldHaveSingleItem().LastAnswer!;
        answer.Status.ShouldBe(500);
        answer.Body!.Length.ShouldBe(1024);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_answer_that_says_yes_counts_however_its_body_goes_on()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = async (context, _) =>
        {
            context.Response.StatusCode = 200;
            await context.Response.StartAsync();
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
            }
        };
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));

        await host.Webhooks.TestAsync(Actor.System, "tickets", Token);
        await host.SendAsync("tickets");

        (await host.DeliveriesAsync()).ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Delivered);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_receiver_that_does_not_answer_in_time_has_not_taken_it()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, _) => Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using var host = new NotificationsHost(receiver, settings: new() { ["Notifications:Timeout"] = "00:00:01" });
        await host.SetAsync(NotificationsHost.To("slow", receiver.Url));

        await host.Webhooks.TestAsync(Actor.System, "slow", Token);
        await host.SendAsync("slow");

        var answer = (await host.DeliveriesAsync()).ShouldHaveSingleItem().LastAnswer!;
        answer.Status.ShouldBeNull();
        answer.Problem!.ShouldContain("no answer within 1 seconds");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_receiver_that_says_gone_gets_nothing_more_until_an_administrator_tries_it_anew()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, _) => AnswerAsync(context, 410);
        using var host = new NotificationsHost(receiver);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        await host.HappensAsync("one");
        await host.TurnAsync();
        await host.SendAsync("tickets");
        var told = await host.WaitingAsync();

        await Task.Delay(100, Token);
        await host.SendAsync("tickets");
        receiver.All.ShouldHaveSingleItem();
        (await host.StatusAsync("tickets")).State.ShouldBe(WebhookState.Gone);
        told.ShouldHaveSingleItem().Type.ShouldBe(NoticeTypes.DeliveryFailing);

        receiver.Answer = null;
        await host.Webhooks.TestAsync(Actor.System, "tickets", Token);
        await NotificationsHost.UntilAsync(
            async () =>
            {
                await host.SendAsync("tickets");
                return (await host.DeliveriesAsync()).All(d => d.State == DeliveryState.Delivered);
            },
            "both to arrive");
        (await host.StatusAsync("tickets")).State.ShouldBe(WebhookState.Well);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var host = new NotificationsHost();
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));

        await host.Webhooks.TestAsync(Actor.System, "tickets", Token);
        await host.SendAsync("tickets");

        receiver.All.ShouldBeEmpty();
        (await host.DeliveriesAsync()).ShouldHaveSingleItem().LastAnswer!.Problem!.ShouldContain("certificate");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_name_that_leads_into_a_private_network_is_not_connected_to()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var host = new NotificationsHost(receiver, settings: new() { ["Notifications:AllowedNetworks"] = null });
        await host.SetAsync(NotificationsHost.To("inside", receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));

        await host.Webhooks.TestAsync(Actor.System, "inside", Token);
        await host.SendAsync("inside");

        receiver.All.ShouldBeEmpty();
        (await host.DeliveriesAsync()).ShouldHaveSingleItem().LastAnswer!.Problem!.ShouldContain("may not go");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_was_given_up_is_sent_again_when_somebody_asks_for_it()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, _) => AnswerAsync(context, 500);
        using var host = new NotificationsHost(receiver, settings: new() { ["Notifications:GiveUpAfter"] = "00:00:01" });
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        await host.HappensAsync("one");
        await host.TurnAsync();
        await UntilAsync(host, "tickets", d => d.State == DeliveryState.Failed);

        receiver.Answer = null;
        var given = (await host.DeliveriesAsync())[0];
        (await host.Webhooks.SendAgainAsync(Actor.System, given.Id, Token)).Value.State.ShouldBe(DeliveryState.Pending);
        await UntilAsync(host, "tickets", d => d.State == DeliveryState.Delivered);

        receiver.All.Select(r => r.Id).Distinct().ShouldHaveSingleItem();
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_who_manages_the_platform_sees_and_sends()
    {
        using var host = new NotificationsHost();
        var somebody = new Actor("a1", "alice", ["user", "support", "auditor"], []);

        (await host.Webhooks.StatusAsync(somebody, Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Webhooks.DeliveriesAsync(somebody, null, null, 10, null, Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Webhooks.TestAsync(somebody, "x", Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Webhooks.SendAgainAsync(somebody, "x", Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Webhooks.RotateAsync(somebody, "x", Token)).Problem!.Code.ShouldBe("forbidden");
    }

    private static async Task UntilAsync(NotificationsHost host, string webhook, Func<Delivery, bool> condition) => await NotificationsHost.UntilAsync(
        async () =>
        {
            await host.SendAsync(webhook);
            return (await host.DeliveriesAsync()).All(condition);
        },
        "the deliveries to get there");

    private static Task AnswerAsync(HttpContext context, int status, string body = "")
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }
}
