using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Router.Tests.Agent;

public sealed class KeyRotationTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_rotation_signs_nobody_out_and_closes_no_desktop()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopstay1");
        using var open = await stack.ConnectAsync("desktopstay1");
        (await open.ReadAsync()).ShouldBe("proxy");
        var before = await stack.Haproxy.WorkerAsync();
        var oldToken = stack.Alice.Token(stack.Key);
        using var next = RsaKey.Create("key-2");

        stack.Feed.SetKeys(("a", stack.Key), ("b", next));

        var newToken = stack.Alice.Token(next);
        await Waiting.UntilAsync(async () => await stack.VisitAsync("/", newToken) == 200, "the next key is good");
        (await stack.VisitAsync("/", oldToken)).ShouldBe(200);
        (await open.SayAsync("still here")).ShouldBe("still here");
        (await stack.Haproxy.WorkerAsync()).ShouldNotBe(before);
        (await stack.Haproxy.MapAsync(MapNames.Routes)).Keys.ShouldBe(["desktopstay1"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_key_that_is_withdrawn_is_refused_without_a_reload()
    {
        await using var stack = await RouterStack.StartAsync();
        using var next = RsaKey.Create("key-2");
        stack.Feed.SetKeys(("a", stack.Key), ("b", next));
        await Waiting.UntilAsync(async () => await stack.VisitAsync("/", stack.Alice.Token(next)) == 200, "the next key is good");
        var worker = await stack.Haproxy.WorkerAsync();

        stack.Feed.SetKeys(("b", next));

        await Waiting.UntilAsync(async () => await stack.VisitAsync("/", stack.Alice.Token(stack.Key)) == 302, "the old key is refused");
        (await stack.VisitAsync("/", stack.Alice.Token(next))).ShouldBe(200);
        (await stack.Haproxy.WorkerAsync()).ShouldBe(worker);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_slot_is_used_again_for_another_key()
    {
        await using var stack = await RouterStack.StartAsync();
        using var next = RsaKey.Create("key-2");

        stack.Feed.SetKeys(("a", next));

        await Waiting.UntilAsync(async () => await stack.VisitAsync("/", stack.Alice.Token(next)) == 200, "the new key is good");
        (await stack.VisitAsync("/", stack.Alice.Token(stack.Key))).ShouldBe(302);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_key_that_is_none_harms_nobody()
    {
        await using var stack = await RouterStack.StartAsync();
        var worker = await stack.Haproxy.WorkerAsync();
        var before = await File.ReadAllTextAsync(stack.Haproxy.Directory.KeyFile("b"), TestContext.Current.CancellationToken);

        stack.Feed.SetRawKeys(
            new { kid = "key-1", slot = "a", state = "current", pem = stack.Key.PublicPem() },
            new { kid = "key-bad", slot = "b", state = "next", pem = "-----BEGIN PUBLIC KEY-----\nrubbish\n-----END PUBLIC KEY-----" },
            new { kid = "../../x", slot = "c", state = "next", pem = stack.Key.PublicPem() },
            new { kid = "key-out", slot = "../x", state = "next", pem = stack.Key.PublicPem() });
        await stack.AddDesktopAsync("desktopafter");

        (await stack.VisitAsync("/", stack.Alice.Token(stack.Key))).ShouldBe(200);
        (await File.ReadAllTextAsync(stack.Haproxy.Directory.KeyFile("b"), TestContext.Current.CancellationToken)).ShouldBe(before);
        stack.FileOf(MapNames.Kid).Keys.ShouldBe(["key-1"]);
        (await stack.Haproxy.WorkerAsync()).ShouldBe(worker);
    }
}
