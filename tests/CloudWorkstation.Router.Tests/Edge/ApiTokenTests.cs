namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>API tokens are let through to the api by their shape, and open nothing else.</summary>
public sealed class ApiTokenTests(EdgeFixture edge)
{
    private const string Personal = "cwsp_abcdefghij12" + Secret;
    private const string Service = "cwss_abcdefghij12" + Secret;
    private const string Secret = "0123456789ABCDEFGHIJabcdefghijXYZxyz";

    public static TheoryData<string> Elsewhere => ["/", "/desktops", "/api-docs", "/apis/v1/me", "/internal/v1/keys", "/metrics", "/api/swagger", "/api/swagger/v1/swagger.json"];

    public static TheoryData<string> NoTokens =>
    [
        "cwsp_", Personal[..^1], Personal + "x", "cwsx" + Personal[4..], "CWSP_" + Personal[5..], Personal.Replace("ab", "AB", StringComparison.Ordinal), Personal[..^1] + "-",
        Personal + ", Bearer " + Personal, "x" + Personal, Personal + ".e30.", "Bearer " + Personal,
    ];

    [Theory(Timeout = 60_000)]
    [InlineData(Personal)]
    [InlineData(Service)]
    public async Task A_token_reaches_the_api_and_nothing_says_who_it_is(string token)
    {
        var answer = await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}");

        answer.Status.ShouldBe(200);
        answer.Echo.Service.ShouldBe("api");
        answer.Echo.Headers["authorization"].ShouldBe(["Bearer " + token]);
        answer.Echo.Headers.ShouldNotContainKey("x-remote-user");
        answer.Echo.Headers.ShouldNotContainKey("x-remote-user-groups");
    }

    [Theory(Timeout = 60_000), MemberData(nameof(IdentityHeaderTests.Spellings), MemberType = typeof(IdentityHeaderTests))]
    public async Task Nothing_that_a_token_says_about_itself_reaches_the_api(string name)
    {
        var answer = await edge.GetAsync("/api/v1/me", $"{name}: forged-value", $"Authorization: Bearer {Personal}");

        answer.Status.ShouldBe(200);
        answer.Echo.Headers.Values.SelectMany(v => v).ShouldNotContain(v => v.Contains("forged", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_with_somebodys_cookie_is_the_token_alone()
    {
        var headers = (await edge.GetAsync("/api/v1/me", [$"Authorization: Bearer {Personal}", .. EdgeFixture.Cookie(edge.Root.Token(edge.Key))])).Echo.Headers;

        headers["authorization"].ShouldBe(["Bearer " + Personal]);
        headers.ShouldNotContainKey("cookie");
        headers.ShouldNotContainKey("x-remote-user");
    }

    [Theory(Timeout = 60_000), MemberData(nameof(Elsewhere))]
    public async Task A_token_opens_nothing_but_the_api(string path)
    {
        var asProgram = await edge.GetAsync(path, $"Authorization: Bearer {Personal}");
        var asPage = await edge.NavigateAsync(path, null, $"Authorization: Bearer {Personal}");

        asProgram.Status.ShouldBeOneOf(401, 404);
        asPage.Status.ShouldBeOneOf(302, 401, 404);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_opens_no_desktop()
    {
        var ticket = edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop);

        (await edge.UpgradeAsync(edge.AlicesDesktop, null, ticket, $"Authorization: Bearer {Personal}")).Status.ShouldBe(401);
        (await edge.GetAsync($"/desktop/{edge.AlicesDesktop}/", $"Authorization: Bearer {Personal}")).Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_in_the_cookie_is_no_session() =>
        (await edge.GetAsync("/api/v1/me", EdgeFixture.Cookie(Personal))).Status.ShouldBe(401);

    [Theory(Timeout = 60_000), MemberData(nameof(NoTokens))]
    public async Task What_only_looks_like_a_token_stops_at_the_edge(string text) =>
        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {text}")).Status.ShouldBe(401);

    [Fact(Timeout = 60_000)]
    public async Task Two_of_them_are_none() =>
        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {Personal}", $"Authorization: Bearer {Service}")).Status.ShouldBe(401);

    [Fact(Timeout = 60_000)]
    public async Task A_token_in_the_query_or_as_basic_is_none()
    {
        (await edge.GetAsync($"/api/v1/me?access_token={Personal}")).Status.ShouldBe(401);
        (await edge.GetAsync("/api/v1/me", $"Authorization: Basic {Personal}")).Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_open_path_gets_no_token()
    {
        var headers = (await edge.GetAsync("/auth/sign-in", $"Authorization: Bearer {Personal}")).Echo.Headers;

        headers.ShouldNotContainKey("authorization");
    }
}
