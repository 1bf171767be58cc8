using CloudWorkstation.Manager.Notifications.Webhooks;

namespace CloudWorkstation.Manager.Tests.Notifications;

public sealed class DeliveryScheduleTests
{
    private const int Limit = 30_000;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    private static WebhookAnswer No { get; } = new() { At = DateTimeOffset.UnixEpoch, Status = 500, Problem = "no" };

    [Theory(Timeout = Limit)]
    [InlineData(0, 5)]
    [InlineData(1, 15)]
    [InlineData(2, 45)]
    [InlineData(5, 1215)]
    [InlineData(8, 21600)]
    [InlineData(1000, 21600)]
    public async Task A_delivery_waits_threefold_each_time_up_to_six_hours(int attempts, double seconds)
    {
        await Task.Yield();

        DeliverySchedule.Wait(First, attempts, No, 0.5).TotalSeconds.ShouldBe(seconds, 0.01);
        DeliverySchedule.Wait(First, attempts, No, 0).TotalSeconds.ShouldBe(seconds * 0.8, 0.01);
        DeliverySchedule.Wait(First, attempts, No, 1).TotalSeconds.ShouldBe(seconds * 1.2, 0.01);
    }

    [Fact(Timeout = Limit)]
    public async Task A_receiver_that_asks_to_be_left_alone_is()
    {
        await Task.Yield();
        var busy = No with { Status = 429, RetryAfter = TimeSpan.FromMinutes(20) };

        DeliverySchedule.Wait(First, 0, busy, 0.5).ShouldBe(TimeSpan.FromMinutes(20));
        DeliverySchedule.Pause(First, 0, busy, 0.5).ShouldBe(TimeSpan.FromMinutes(20));
        DeliverySchedule.Pause(First, 100, No, 1).ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact(Timeout = Limit)]
    public async Task A_delivery_is_given_up_when_its_next_turn_would_come_too_late()
    {
        await Task.Yield();
        var delivery = new Delivery
        {
            Id = "d",
            Event = "evt_e",
            Type = "test",
            Webhook = "w",
            Payload = "{}",
            CreatedAt = DateTimeOffset.UnixEpoch,
            DueAt = DateTimeOffset.UnixEpoch,
            Until = DateTimeOffset.UnixEpoch.AddDays(3),
        };

        delivery.After(No, TimeSpan.FromDays(3)).State.ShouldBe(DeliveryState.Pending);
        delivery.After(No, TimeSpan.FromDays(3.1)).State.ShouldBe(DeliveryState.Failed);
        delivery.After(No with { Status = 204 }, TimeSpan.FromDays(9)).State.ShouldBe(DeliveryState.Delivered);
    }

    [Fact(Timeout = Limit)]
    public async Task The_signature_is_the_one_of_the_specifications_own_libraries()
    {
        await Task.Yield();

        // The test vector that the reference libraries share.
        var secret = WebhookSecrets.Bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;
        var signature = WebhookSignature.Of("msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""u8, [secret]);

        signature.ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
