using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

public sealed class UrlSpaceTests(EdgeFixture edge)
{
    [Theory(Timeout = 60_000)]
    [InlineData("/sign-in", "console")]
    [InlineData("/sign-in/register", "console")]
    [InlineData("/assets/index-1a2b.js", "console")]
    [InlineData("/favicon.svg", "console")]
    [InlineData("/robots.txt", "console")]
    [InlineData("/auth/sign-in", "api")]
    [InlineData("/auth/renew?return=%2F", "api")]
    public async Task These_are_open_to_everyone(string target, string service)
    {
        var answer = await edge.GetAsync(target);

        answer.Status.ShouldBe(200);
        answer.Echo.Service.ShouldBe(service);
        answer.Echo.Target.ShouldBe(target);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_router_answers_for_its_own_health()
    {
        var answer = await edge.GetAsync("/health");

        (answer.Status, answer.Body).ShouldBe((200, "ok"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/internal/v1/feed")]
    [InlineData("/internal")]
    [InlineData("/INTERNAL/v1/feed")]
    [InlineData("/auth/../internal/v1/keys")]
    [InlineData("/metrics")]
    [InlineData("/Metrics")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/HEALTH/ready")]
    public async Task What_is_internal_does_not_exist_outside(string target)
    {
        (await edge.GetAsync(target)).Status.ShouldBe(404);
        (await edge.NavigateAsync(target, edge.Root.Token(edge.Key))).Status.ShouldBe(404);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/apixyz")]
    [InlineData("/api-docs")]
    [InlineData("/API/v1/me")]
    [InlineData("/authority")]
    [InlineData("/desktops")]
    [InlineData("/internally")]
    public async Task A_path_that_only_begins_like_a_service_is_the_consoles(string target)
    {
        (await edge.NavigateAsync(target)).Status.ShouldBe(302);
        (await edge.NavigateAsync(target, edge.Alice.Token(edge.Key))).Echo.Service.ShouldBe("console");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/a%2fb")]
    [InlineData("/a%2Fb")]
    [InlineData("/auth/..%2fapi/v1/me")]
    [InlineData("/auth/%252e%252e/api")]
    [InlineData("/a%5cb")]
    [InlineData("/auth\\..\\api")]
    [InlineData("/a%00b")]
    [InlineData("/a%zz")]
    [InlineData("/assets/x#/../api")]
    public async Task An_ambiguous_path_is_refused(string target)
    {
        var token = edge.Alice.Token(edge.Key);

        (await edge.NavigateAsync(target, token)).Status.ShouldBe(400);
        (await edge.GetAsync(target, [Accept.Json, .. EdgeFixture.Cookie(token)])).Status.ShouldBe(400);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_service_sees_the_path_that_was_decided_on()
    {
        var answer = await edge.GetAsync("/assets/../api//v1/./desktops/%61?q=%2e%2e%2f", EdgeFixture.Cookie(edge.Alice.Token(edge.Key)));

        answer.Echo.Service.ShouldBe("api");
        answer.Echo.Target.ShouldBe("/api/v1/desktops/a?q=..%2F");
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_is_not_signed_in_is_sent_to_be_renewed_and_comes_back()
    {
        var answer = await edge.NavigateAsync("/operations/x?tab=log&a=%C3%A9");

        answer.Status.ShouldBe(302);
        Uri.UnescapeDataString(answer.Header("Location")!).ShouldBe("/auth/renew?return=/operations/x?tab=log&a=%C3%A9");
        answer.Header("Cache-Control").ShouldBe("no-store");
    }

    [Theory(Timeout = 60_000), InlineData("/api/swagger"), InlineData("/api/swagger/index.html")]
    public async Task Swaggers_page_asks_a_person_to_sign_in(string path) =>
        (await edge.NavigateAsync(path)).Header("Location").ShouldStartWith("/auth/renew?return=%2Fapi%2Fswagger");

    [Theory(Timeout = 60_000), InlineData("POST"), InlineData("GET")]
    public async Task What_is_no_navigation_gets_a_status_instead_of_a_redirect(string method)
    {
        var answer = await RawHttp.SendAsync(edge.Server.Port, "/something.json", [method == "GET" ? Accept.Json : Accept.Html, "Content-Length: 0"], method);

        answer.Status.ShouldBe(401);
        answer.Header("Content-Type").ShouldBe("application/problem+json");
    }

    [Theory(Timeout = 60_000), InlineData("TRACE"), InlineData("PROPFIND")]
    public async Task Unusual_methods_are_refused(string method) =>
        (await RawHttp.SendAsync(edge.Server.Port, "/auth/sign-in", [], method)).Status.ShouldBe(405);

    [Fact(Timeout = 60_000)]
    public async Task The_console_takes_no_posts() =>
        (await RawHttp.SendAsync(edge.Server.Port, "/", ["Content-Length: 0", .. EdgeFixture.Cookie(edge.Alice.Token(edge.Key))], "POST")).Status.ShouldBe(405);

    [Fact(Timeout = 60_000)]
    public async Task The_log_has_the_path_and_the_account_but_no_secret()
    {
        var token = edge.Alice.Token(edge.Key);
        await edge.GetAsync("/api/v1/log-me?secret=hunter2", EdgeFixture.Cookie(token));

        await Waiting.UntilAsync(() => edge.Server.Log.Contains("\"/api/v1/log-me\" sub=acc-alice token=good", StringComparison.Ordinal), "the line is logged");
        edge.Server.Log.ShouldNotContain("hunter2");
        edge.Server.Log.ShouldNotContain(token[..40]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_never_finishes_its_request_is_cut_off()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", edge.Server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray(), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldStartWith("HTTP/1.1 408");
    }

    [Fact(Timeout = 60_000)]
    public async Task Headers_beyond_the_limit_are_refused() =>
        (await edge.GetAsync("/", $"X-Long: {new string('x', 40_000)}")).Status.ShouldBe(400);
}
