using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Api.Tests;

/// <summary>An api whose operator lets webhooks reach this machine.</summary>
public sealed class OpenToItself : ApiHost
{
    protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Notifications:AllowedNetworks", "127.0.0.0/8"), new("Notifications:Poll", "00:00:00.100")];
}

public sealed class NotificationsTests(OpenToItself host) : IClassFixture<OpenToItself>
{
    private const int Timeout = 90_000;
    private const string Secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task A_person_sees_and_chooses_what_is_mailed_to_them()
    {
        var user = await host.NewUserAsync();

        var before = await (await user.Client.GetAsync("/api/v1/me/notifications", Token)).ShouldBeAsync(200);
        before["items"]!.AsArray().Single(i => i!["event"]!.GetValue<string>() == "desktop.ready")!["mail"]!.GetValue<bool>().ShouldBeFalse();
        var change = new { mail = new Dictionary<string, bool> { ["desktop.ready"] = true } };
        var after = await (await user.Client.PutAsJsonAsync("/api/v1/me/notifications", change, Token)).ShouldBeAsync(200);

        after["items"]!.AsArray().Single(i => i!["event"]!.GetValue<string>() == "desktop.ready")!["mail"]!.GetValue<bool>().ShouldBeTrue();
        var wrong = new { mail = new Dictionary<string, bool> { ["second-factor.reset"] = false, ["no.such"] = true } };
        (await (await user.Client.PutAsJsonAsync("/api/v1/me/notifications", wrong, Token)).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["mail.second-factor.reset", "mail"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_that_was_built_is_told_to_a_webhook_that_an_administrator_set()
    {
        await using var receiver = await Receiver.StartAsync();
        await SetAsync(new { name = "tickets", url = receiver.Url + "/in", secret = Secret, events = new[] { "desktop.ready" } });
        var user = await host.NewUserAsync();
        var desktop = await user.BuiltDesktopAsync("Told of");

        await UntilAsync(() => !receiver.Bodies.IsEmpty);

        receiver.Bodies.ShouldHaveSingleItem().ShouldContain(desktop.Text("id"));
        var shown = await (await host.Admin.Client.GetAsync("/api/v1/settings/notifications", Token)).ShouldBeAsync(200);
        shown.ToJsonString().ShouldNotContain("MDEyMzQ1");
        shown["value"]!["webhooks"]![0]!["secret"]!["set"]!.GetValue<bool>().ShouldBeTrue();
        await UntilAsync(async () => (await DeliveriesAsync("?webhook=tickets&state=delivered")).Count == 1);
        var delivery = (await DeliveriesAsync("?webhook=tickets"))[0]!;
        delivery["lastAnswer"]!["status"]!.GetValue<int>().ShouldBe(200);

        await (await host.Admin.Client.PostAsync($"/api/v1/notifications/deliveries/{delivery.Text("id")}/send-again", null, Token)).ShouldBeAsync(202);
        await UntilAsync(() => receiver.Bodies.Count == 2);
        await (await host.Admin.Client.PostAsync("/api/v1/notifications/webhooks/tickets/test", null, Token)).ShouldBeAsync(202);
        await UntilAsync(() => receiver.Bodies.Count == 3);
        var status = await (await host.Admin.Client.GetAsync("/api/v1/notifications/webhooks", Token)).ShouldBeAsync(200);
        status["items"]![0]!.Text("state").ShouldBe("well");
        var rotated = await (await host.Admin.Client.PostAsync("/api/v1/notifications/webhooks/tickets/rotate", null, Token)).ShouldBeAsync(200);
        rotated.Text("secret").ShouldStartWith("whsec_");
    }

    [Fact(Timeout = Timeout)]
    public async Task Webhooks_are_for_who_manages_the_platform_and_unknown_ones_are_not_found()
    {
        var user = await host.NewUserAsync("user", "support", "auditor");
        foreach (var path in new[] { "notifications/webhooks", "notifications/deliveries", "notifications/events", "settings/notifications" })
        {
            await (await user.Client.GetAsync("/api/v1/" + path, Token)).ShouldBeProblemAsync(403, "forbidden");
        }

        await (await host.Admin.Client.PostAsync("/api/v1/notifications/webhooks/no-such/test", null, Token)).ShouldBeProblemAsync(404, "not_found");
        await (await host.Admin.Client.PostAsync("/api/v1/notifications/webhooks/no-such/rotate", null, Token)).ShouldBeProblemAsync(404, "not_found");
        await (await host.Admin.Client.PostAsync("/api/v1/notifications/deliveries/no-such/send-again", null, Token)).ShouldBeProblemAsync(404, "not_found");
        await (await host.Admin.Client.GetAsync("/api/v1/notifications/deliveries?state=lost", Token)).ShouldBeProblemAsync(422, "invalid");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_address_inside_is_refused_when_it_is_set()
    {
        var inside = new { webhooks = new[] { new { name = "x", url = "https://169.254.169.254/latest", secret = Secret, events = new[] { "*" } } } };

        var problem = await (await host.Admin.Client.PutAsJsonAsync("/api/v1/settings/notifications", inside, Token)).ShouldBeProblemAsync(422, "invalid");

        problem.Fields().ShouldBe(["webhooks[0].url"]);
    }

    private async Task SetAsync(object webhook) =>
        await (await host.Admin.Client.PutAsJsonAsync("/api/v1/settings/notifications", new { webhooks = new[] { webhook } }, Token)).ShouldBeAsync(200);

    private async Task<System.Text.Json.Nodes.JsonArray> DeliveriesAsync(string query) =>
        (await (await host.Admin.Client.GetAsync("/api/v1/notifications/deliveries" + query, Token)).ShouldBeAsync(200))["items"]!.AsArray();

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication app;

        private Receiver()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            app = builder.Build();
            app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                Bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
            });
        }

        public ConcurrentQueue<string> Bodies { get; } = new();

        public string Url => app.Urls.Single();

        public static async Task<Receiver> StartAsync()
        {
            var receiver = new Receiver();
            await receiver.app.StartAsync(Token);
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
