using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>The eleven ways in which HAProxy 2.6 does something else than one expects; the list is in <c>router/haproxy/README.md</c>.</summary>
public sealed class TrapTests(EdgeFixture edge)
{
    [Fact(Timeout = 60_000)]
    public async Task Trap_01_keys_chosen_by_kid_work_because_each_slot_stands_literally_in_the_configuration()
    {
        (await MeAsync(edge.Alice.Token(edge.Key))).Status.ShouldBe(200);
        (await MeAsync(edge.Alice.Token(edge.NextKey))).Status.ShouldBe(200);
        var text = await File.ReadAllTextAsync(HaproxyServer.Configuration, TestContext.Current.CancellationToken);
        foreach (var slot in Keys.KeySlots.All)
        {
            text.ShouldContain($"jwt_verify(\"RS256\",\"keys/{slot}.pem\")");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Trap_02_an_error_of_jwt_verify_is_no_good_signature()
    {
        await edge.Server.Runtime.TellAsync("add map maps/kid.map key-missing keys/missing.pem", TestContext.Current.CancellationToken);
        using var missing = Tokens.RsaKey.FromPem("key-missing", edge.Key.Rsa.ExportPkcs8PrivateKeyPem());

        (await MeAsync(edge.Alice.Token(missing))).Status.ShouldBe(401);
    }

    [Theory(Timeout = 60_000), InlineData("expired"), InlineData("without exp"), InlineData("exp zero"), InlineData("exp negative")]
    public async Task Trap_03_the_time_is_checked_and_must_be_there(string kind) =>
        (await MeAsync(Forgery.Spoil(kind, edge.Alice.Claims(), edge.Key, edge.Stranger))).Status.ShouldBe(401);

    [Fact(Timeout = 60_000)]
    public async Task Trap_04_groups_travel_as_one_string()
    {
        var answer = await MeAsync(edge.Alice.Token(edge.Key));

        answer.Echo.Headers["x-remote-user-groups"].ShouldBe(["staff,design"]);
    }

    [Theory(Timeout = 60_000), InlineData(5_000), InlineData(7_200), InlineData(9_900), InlineData(15_200)]
    public async Task Trap_05_a_large_token_is_a_refusal_and_not_an_error_of_the_router(int size)
    {
        var claims = edge.Alice.Claims();
        claims["pad"] = new string('x', size * 3 / 4);

        (await MeAsync(Forgery.Spoil("oversized", claims, edge.Key, edge.Stranger))).Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public Task Trap_06_no_payload_for_the_runtime_api_outgrows_its_buffer()
    {
        var entries = Enumerable.Range(0, 10_000).ToDictionary(i => $"desktop{i:00000}", i => $"acc-{i:00000}-{new string('o', 100)}");

        var payloads = MapCommands.Additions("maps/owners.map", entries).ToList();

        payloads.ShouldAllBe(p => p.Length < 16_000 && p.Split('\n').Length < 510);
        payloads.Sum(p => p.Split('\n').Length - 2).ShouldBe(10_000);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/auth/../api/v1/me")]
    [InlineData("/auth/%2e%2e/api/v1/me")]
    [InlineData("/auth/%2E%2E/%61pi/v1/me")]
    [InlineData("/assets/../api/v1/me")]
    [InlineData("/assets/..//api/./v1/me")]
    [InlineData("//api/v1/me")]
    [InlineData("/./api/v1/me")]
    public async Task Trap_07_an_open_prefix_opens_nothing_else(string path) => (await edge.GetAsync(path, Accept.Json)).Status.ShouldBe(401);

    [Theory(Timeout = 60_000)]
    [InlineData("X-Remote-User")]
    [InlineData("x_remote_user")]
    [InlineData("X_Remote-User")]
    [InlineData("X.Remote.User")]
    [InlineData("XREMOTEUSER")]
    public async Task Trap_08_no_spelling_of_an_identity_header_comes_through(string name)
    {
        var answer = await edge.GetAsync("/auth/sign-in", $"{name}: root", $"{name}: again");

        answer.Echo.Headers.Values.SelectMany(v => v).ShouldNotContain(v => v.Contains("root", StringComparison.Ordinal) || v.Contains("again", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Trap_09_a_silent_desktop_outlives_the_time_limits_of_requests()
    {
        var text = await File.ReadAllTextAsync(HaproxyServer.Configuration, TestContext.Current.CancellationToken);
        text.ShouldContain("timeout tunnel 24h");
        text.ShouldContain("hard-stop-after 24h");
        await using var proxy = await EchoService.StartAsync("proxy");
        await using var server = new HaproxyServer(proxy.Address, proxy.Address);
        server.InstallKey("a", edge.Key);
        var hasty = Path.Combine(server.Directory.Root, "hasty.cfg");
        await File.WriteAllTextAsync(hasty, text.Replace("timeout client 2m", "timeout client 1s").Replace("timeout server 2m", "timeout server 1s"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(server.Directory.MapFile(MapNames.Owners), $"silentdesk01 {edge.Alice.Id}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(server.Directory.MapFile(MapNames.States), "silentdesk01 running\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(server.Directory.MapFile(MapNames.Routes), $"silentdesk01 {proxy.Address}\n", TestContext.Current.CancellationToken);
        await server.StartAsync(hasty);

        using var socket = await DesktopSocket.ConnectAsync(server, edge.Key, "silentdesk01", edge.Alice);
        (await socket.ReadAsync()).ShouldBe("proxy");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        (await socket.SayAsync("still here")).ShouldBe("still here");
    }

    [Fact(Timeout = 60_000)]
    public async Task Trap_10_the_configuration_is_read_as_it_is_written()
    {
        var (code, output) = await edge.Server.CheckAsync();

        code.ShouldBe(0, output);
        output.ShouldNotContain("WARNING");
    }

    [Theory(Timeout = 60_000), InlineData("Bearer rubbish"), InlineData("Bearer "), InlineData("Basic YTpi"), InlineData("")]
    public async Task Trap_11_a_bad_authorization_header_does_not_fall_back_to_a_good_cookie(string value)
    {
        var answer = await edge.GetAsync("/api/v1/me", [$"Authorization: {value}", .. EdgeFixture.Cookie(edge.Alice.Token(edge.Key))]);

        answer.Status.ShouldBe(401);
    }

    private Task<Answer> MeAsync(string token) => edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}");
}
