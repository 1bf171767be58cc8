using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

public sealed class DesktopAccessTests(EdgeFixture edge)
{
    private string AlicesSession => edge.Alice.Token(edge.Key);

    [Fact(Timeout = 60_000)]
    public async Task The_owner_gets_the_page_and_the_screen()
    {
        (await edge.NavigateAsync($"/desktop/{edge.AlicesDesktop}/", AlicesSession)).Echo.Service.ShouldBe("console");

        using var socket = await edge.ConnectAsync(edge.AlicesDesktop, edge.Alice);
        (await socket.ReadAsync()).ShouldBe("proxy");
        (await socket.SayAsync("hello")).ShouldBe("hello");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_address_without_its_slash_is_completed()
    {
        var answer = await edge.NavigateAsync($"/desktop/{edge.AlicesDesktop}");

        (answer.Status, answer.Header("Location")).ShouldBe((301, $"/desktop/{edge.AlicesDesktop}/"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_page_needs_a_session() =>
        (await edge.NavigateAsync($"/desktop/{edge.AlicesDesktop}/")).Header("Location").ShouldBe($"/auth/renew?return=%2Fdesktop%2F{edge.AlicesDesktop}%2F");

    [Fact(Timeout = 60_000)]
    public async Task Somebody_elses_desktop_is_a_403_page_that_says_so()
    {
        var answer = await edge.NavigateAsync($"/desktop/{edge.AlicesDesktop}/", edge.Bob.Token(edge.Key));

        answer.Status.ShouldBe(403);
        answer.Body.ShouldContain("belongs to someone else");
        answer.Body.ShouldNotContain("alice");
    }

    [Fact(Timeout = 60_000)]
    public async Task Somebody_elses_screen_stays_closed_even_with_a_desktop_token_of_ones_own()
    {
        var ticket = edge.Bob.DesktopToken(edge.Key, edge.AlicesDesktop);

        (await edge.UpgradeAsync(edge.AlicesDesktop, edge.Bob.Token(edge.Key), ticket)).Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stolen_desktop_token_is_of_no_use_in_another_session()
    {
        var stolen = edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop);

        (await edge.UpgradeAsync(edge.AlicesDesktop, edge.Bob.Token(edge.Key), stolen)).Status.ShouldBe(403);
        (await edge.UpgradeAsync(edge.AlicesDesktop, edge.Root.Token(edge.Key), stolen)).Status.ShouldBe(403);
        (await edge.UpgradeAsync(edge.AlicesDesktop, null, stolen)).Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_admin_may_see_and_open_everyones()
    {
        (await edge.NavigateAsync($"/desktop/{edge.AlicesDesktop}/", edge.Root.Token(edge.Key))).Status.ShouldBe(200);

        using var socket = await edge.ConnectAsync(edge.AlicesDesktop, edge.Root);
        (await socket.ReadAsync()).ShouldBe("proxy");
    }

    [Theory(Timeout = 60_000), InlineData("administrator"), InlineData("user,xadmin"), InlineData("Admin")]
    public async Task A_role_that_only_looks_like_admin_is_none(string roles)
    {
        var pretender = edge.Bob with { Roles = roles.Split(',') };

        (await edge.NavigateAsync($"/desktop/{edge.AlicesDesktop}/", pretender.Token(edge.Key))).Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_for_another_desktop_of_the_same_owner_is_refused() =>
        (await edge.UpgradeAsync(edge.AlicesDesktop, AlicesSession, edge.Alice.DesktopToken(edge.Key, edge.AlicesOther))).Status.ShouldBe(403);

    [Fact(Timeout = 60_000)]
    public async Task A_screen_without_a_desktop_token_is_refused() => (await edge.UpgradeAsync(edge.AlicesDesktop, AlicesSession, null)).Status.ShouldBe(403);

    [Fact(Timeout = 60_000)]
    public async Task Two_desktop_tokens_are_none()
    {
        var ticket = edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop);

        (await edge.UpgradeAsync(edge.AlicesDesktop, AlicesSession, ticket, $"Cookie: cws_desktop={ticket}")).Status.ShouldBe(403);
    }

    [Theory(Timeout = 60_000), InlineData("http://evil.example"), InlineData("null"), InlineData("http://127.0.0.1"), InlineData(null)]
    public async Task Another_sites_page_cannot_open_a_screen(string? origin)
    {
        var headers = new List<string>
        {
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            $"Cookie: cws_session={AlicesSession}; cws_desktop={edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop)}",
        };
        headers.AddRange(origin is null ? [] : [$"Origin: {origin}"]);

        var answer = await edge.GetAsync($"/desktop/{edge.AlicesDesktop}/vnc", headers);

        answer.Status.ShouldBe(403);
        answer.Body.ShouldContain("cross_origin");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_screen_is_a_websocket_and_nothing_else()
    {
        var cookie = $"Cookie: cws_session={AlicesSession}; cws_desktop={edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop)}";

        (await edge.GetAsync($"/desktop/{edge.AlicesDesktop}/vnc", cookie)).Status.ShouldBe(426);
    }

    [Theory(Timeout = 60_000), InlineData("vnc"), InlineData("guacamole"), InlineData("guacamole?width=1280&height=720&image=image/png")]
    public async Task Every_engine_has_the_same_guards(string engine)
    {
        var ticket = edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop);

        (await edge.UpgradeAtAsync(engine, edge.AlicesDesktop, AlicesSession, null)).Status.ShouldBe(403);
        (await edge.UpgradeAtAsync(engine, edge.AlicesDesktop, null, ticket)).Status.ShouldBe(401);
        (await edge.UpgradeAtAsync(engine, edge.AlicesDesktop, edge.Bob.Token(edge.Key), ticket)).Status.ShouldBe(403);
        (await edge.UpgradeAtAsync(engine, edge.AlicesDesktop, AlicesSession, edge.Alice.DesktopToken(edge.Key, edge.AlicesOther))).Status.ShouldBe(403);
        (await edge.UpgradeAtAsync(engine, edge.StoppedDesktop, AlicesSession, edge.Alice.DesktopToken(edge.Key, edge.StoppedDesktop))).Status.ShouldBe(409);
        (await edge.UpgradeAtAsync(engine, edge.NoDesktop, AlicesSession, edge.Alice.DesktopToken(edge.Key, edge.NoDesktop))).Status.ShouldBe(404);
        (await edge.GetAsync($"/desktop/{edge.AlicesDesktop}/{engine}", $"Cookie: cws_session={AlicesSession}; cws_desktop={ticket}")).Status.ShouldBe(426);

        using var socket = await DesktopSocket.ConnectAsync(edge.Server, edge.Key, edge.AlicesDesktop, edge.Alice, engine);
        (await socket.ReadAsync()).ShouldBe("proxy");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stopped_desktop_has_its_page_but_no_screen()
    {
        (await edge.NavigateAsync($"/desktop/{edge.StoppedDesktop}/", AlicesSession)).Echo.Service.ShouldBe("console");

        (await edge.UpgradeAsync(edge.StoppedDesktop, AlicesSession, edge.Alice.DesktopToken(edge.Key, edge.StoppedDesktop))).Status.ShouldBe(409);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_or_deleted_desktop_is_a_404_page_that_says_so()
    {
        foreach (var desktop in (string[])[edge.NoDesktop, edge.DeletingDesktop])
        {
            var answer = await edge.NavigateAsync($"/desktop/{desktop}/", AlicesSession);

            answer.Status.ShouldBe(404);
            answer.Body.ShouldContain("This desktop does not exist");
        }

        (await edge.UpgradeAsync(edge.NoDesktop, AlicesSession, edge.Alice.DesktopToken(edge.Key, edge.NoDesktop))).Status.ShouldBe(404);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/desktop/")]
    [InlineData("/desktop")]
    [InlineData("/desktop/alicedesk001x/")]
    [InlineData("/desktop/alicedesk00/")]
    [InlineData("/desktop/1licedesk001/")]
    [InlineData("/desktop/ALICEDESK001/")]
    [InlineData("/desktop/alicedesk001/vncx")]
    [InlineData("/desktop/alicedesk001/guacamolex")]
    [InlineData("/desktop/alicedesk001/guacamole/")]
    [InlineData("/desktop/alicedesk001/vnc/")]
    [InlineData("/desktop/alicedesk001/other")]
    [InlineData("/desktop/alicedesk001/index.html")]
    [InlineData("/desktop/alicedesk001-/vnc")]
    public async Task Nothing_else_lives_below_desktop(string target) => (await edge.NavigateAsync(target, AlicesSession)).Status.ShouldBe(404);
}
