using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Notifications.Webhooks;

namespace CloudWorkstation.Manager.Tests.Notifications;

/// <summary>
/// A process dies between any two lines: the wire to its store is cut there, and another process goes on with the same data. Nothing may be lost; what may
/// happen twice happens under the same id.
/// </summary>
public sealed class CrashTests
{
    private const int Timeout = 120_000;

    [Theory(Timeout = Timeout)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Wherever_the_process_dies_the_next_one_delivers_every_event_once_or_again_under_its_id(int commits)
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var first = new NotificationsHost(receiver);
        await first.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        await first.HappensAsync("one");
        await first.HappensAsync("two");
        CutAfter(first, commits);
        await TryAsync(first);

        using var second = new NotificationsHost(receiver, onSameData: first);
        Parts.TestStore.Settle(second.Paths.Root);
        await TryAsync(second);

        var deliveries = await second.DeliveriesAsync();
        deliveries.Count.ShouldBe(2);
        deliveries.ShouldAllBe(d => d.State == DeliveryState.Delivered);
        receiver.All.Select(r => r.Id).Distinct().Count().ShouldBe(2);
        receiver.All.Count.ShouldBeInRange(2, 3);
        (await second.WaitingAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task What_was_sent_and_not_noted_down_is_sent_again_under_its_id()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var first = new NotificationsHost(receiver);
        await first.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        await first.HappensAsync("one");
        await first.TurnAsync();
        receiver.Answer = (_, _) =>
        {
            // The receiver has it; the sender never learns.
            first.Store.Cut();
            return Task.CompletedTask;
        };
        await Should.ThrowAsync<IOException>(() => first.SendAsync("tickets"));
        receiver.Answer = null;

        using var second = new NotificationsHost(receiver, onSameData: first);
        await second.SendAsync("tickets");

        receiver.All.Count.ShouldBe(2);
        receiver.All.Select(r => r.Id).Distinct().ShouldHaveSingleItem();
        (await second.DeliveriesAsync()).ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Delivered);
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_processes_that_both_believe_to_lead_make_one_delivery_of_one_notice()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var first = new NotificationsHost(receiver);
        using var second = new NotificationsHost(receiver, onSameData: first);
        await first.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        foreach (var n in Enumerable.Range(0, 20))
        {
            await first.HappensAsync($"n{n}");
        }

        Parts.TestStore.Settle(first.Paths.Root);
        await Task.WhenAll(first.TurnAsync(), second.TurnAsync());
        Parts.TestStore.Settle(first.Paths.Root);

        (await first.DeliveriesAsync()).Select(d => d.Event).Distinct().Count().ShouldBe(20);
        (await first.DeliveriesAsync()).Count.ShouldBe(20);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_worker_turns_and_sends_by_itself_and_a_slow_receiver_holds_up_nobody_else()
    {
        await using var slow = await new WebhookReceiver().StartAsync();
        await using var quick = await new WebhookReceiver().StartAsync();
        var release = new TaskCompletionSource();
        slow.Answer = (_, _) => release.Task;
        using var host = new NotificationsHost(slow, settings: new() { ["Notifications:Timeout"] = "00:01:00" });
        await host.SetAsync(NotificationsHost.To("slow", slow.Url), NotificationsHost.To("quick", quick.Url));
        var worker = host.Service<NotificationWorker>();
        await worker.StartAsync(NotificationsHost.Token);
        await host.HappensAsync("one");
        await NotificationsHost.UntilAsync(() => Task.FromResult(slow.All.Count == 1 && quick.All.Count == 1), "both to be asked");

        await host.HappensAsync("two");
        await NotificationsHost.UntilAsync(() => Task.FromResult(quick.All.Count == 2), "the quick one to get the second");
        slow.All.Count.ShouldBe(1);

        release.SetResult();
        await NotificationsHost.UntilAsync(async () => (await host.DeliveriesAsync()).All(d => d.State == DeliveryState.Delivered), "everything to arrive");
        await worker.StopAsync(NotificationsHost.Token);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_happens_in_this_process_is_told_at_once_and_tried_again_when_that_is_due()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        var refusals = 2;
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = Interlocked.Decrement(ref refusals) >= 0 ? 503 : 200;
            return Task.CompletedTask;
        };

        // Looks for what others wrote are further apart than this test may last.
        using var host = new NotificationsHost(receiver, settings: new() { ["Notifications:Poll"] = "00:05:00" });
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        var worker = host.Service<NotificationWorker>();
        await worker.StartAsync(NotificationsHost.Token);

        await host.HappensAsync("one");

        await NotificationsHost.UntilAsync(async () => await host.DeliveriesAsync() is [{ State: DeliveryState.Delivered }], "it to arrive");
        await worker.StopAsync(NotificationsHost.Token);
        receiver.All.Count.ShouldBe(3);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_happens_in_another_process_is_told_with_the_next_look()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        using var host = new NotificationsHost(receiver);
        using var other = new NotificationsHost(receiver, onSameData: host);
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url));
        var worker = host.Service<NotificationWorker>();
        await worker.StartAsync(NotificationsHost.Token);

        await other.HappensAsync("one");

        await NotificationsHost.UntilAsync(async () => await host.DeliveriesAsync() is [{ State: DeliveryState.Delivered }], "it to arrive");
        await worker.StopAsync(NotificationsHost.Token);
    }

    [Fact(Timeout = Timeout)]
    public async Task Administrators_are_told_once_when_a_webhook_has_failed_for_long()
    {
        await using var receiver = await new WebhookReceiver().StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        using var host = new NotificationsHost(receiver, settings: new() { ["Notifications:AlarmAfter"] = "00:00:01" });
        await host.SetAsync(NotificationsHost.To("tickets", receiver.Url, NoticeTypes.AccountLocked));
        await host.HappensAsync(host.Notices.AccountLocked("a", "a", DateTimeOffset.UtcNow, null));
        await host.TurnAsync();

        await NotificationsHost.UntilAsync(
            async () =>
            {
                await host.SendAsync("tickets");
                return (await host.WaitingAsync()).Count > 0;
            },
            "administrators to be told");
        var told = receiver.All.Count;
        await NotificationsHost.UntilAsync(
            async () =>
            {
                await host.Webhooks.TestAsync(Actor.System, "tickets", NotificationsHost.Token);
                await host.SendAsync("tickets");
                return receiver.All.Count > told + 1;
            },
            "more failures");

        var notice = (await host.WaitingAsync()).ShouldHaveSingleItem();
        notice.Type.ShouldBe(NoticeTypes.DeliveryFailing);
        notice.Data.GetProperty("channel").GetString().ShouldBe("webhook/tickets");
    }

    private static void CutAfter(NotificationsHost host, int commits)
    {
        var left = commits;
        host.Store.AfterCommit = _ =>
        {
            if (--left == 0)
            {
                host.Store.Cut();
            }
        };
    }

    private static async Task TryAsync(NotificationsHost host)
    {
        try
        {
            await host.TurnAsync();
            await host.SendAsync("tickets");
        }
        catch (IOException)
        {
            // It is dead.
        }
    }
}
