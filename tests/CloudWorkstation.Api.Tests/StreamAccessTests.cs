using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class StreamAccessTests(ApiHost host)
{
    /// <summary>How long a stream may trust what it asked, and some more.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(2);

    [Fact(Timeout = 120_000)]
    public async Task A_stream_ends_before_it_tells_what_its_listener_may_no_longer_see()
    {
        var (user, owner) = (await host.NewUserAsync(), await host.NewUserAsync());
        await (await host.Admin.Client.PutAsJsonAsync("/api/v1/groups", new { name = "stream-watchers", roles = new[] { "support" } })).ShouldBeAsync(200);
        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + user.Id, new { groups = new[] { "stream-watchers" } })).ShouldBeAsync(200);
        using var events = await EventReader.OpenAsync(user.Client, "/api/v1/events");
        await owner.CreateDesktopAsync("seen");
        await events.UntilAsync(e => e.Event == "desktop" && e.Data.Text("name") == "seen");

        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + user.Id, new { groups = Array.Empty<string>() })).ShouldBeAsync(200);
        await Task.Delay(Trusted, TestContext.Current.CancellationToken);
        await owner.CreateDesktopAsync("unseen");

        var heard = new List<ReceivedEvent>();
        while (await events.NextAsync() is { } happened)
        {
            heard.Add(happened);
        }

        heard.ShouldNotContain(e => e.Data.ToJsonString().Contains("\"unseen\"", StringComparison.Ordinal));
    }
}
