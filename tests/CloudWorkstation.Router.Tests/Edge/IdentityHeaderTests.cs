using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

public sealed class IdentityHeaderTests(EdgeFixture edge)
{
    public static TheoryData<string> Spellings =>
    [
        "X-Remote-User", "x-remote-user", "X_REMOTE_USER", "X-Remote_User", "X_Remote-User-Groups", "X-Remote-User-Groups", "REMOTE_USER", "Remote-User",
        "X-Username", "X_Username", "X-User", "X-Forwarded-User", "X_Forwarded_For", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix",
        "Forwarded", "X-Real-IP", "X_Real_IP", "X-Cws-Account", "x-cws-anything", "X_Cws_Account", "X-Original-URL", "X-Rewrite-URL", "Proxy", "X-Request-Id",
    ];

    [Theory(Timeout = 60_000), MemberData(nameof(Spellings))]
    public async Task Nothing_that_a_client_says_about_itself_reaches_a_service(string name)
    {
        var token = edge.Alice.Token(edge.Key);

        foreach (var target in (string[])["/api/v1/me", "/auth/sign-in", "/assets/a.js", "/"])
        {
            var answer = await edge.GetAsync(target, [$"{name}: forged-value", $"{name.ToUpperInvariant()}: forged-value", .. EdgeFixture.Cookie(token)]);

            answer.Status.ShouldBe(200);
            answer.Echo.Headers.Values.SelectMany(v => v).ShouldNotContain(v => v.Contains("forged", StringComparison.Ordinal));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_service_gets_the_identity_of_the_token()
    {
        var token = edge.Alice.Token(edge.Key);

        var headers = (await edge.GetAsync("/api/v1/me", ["X-Remote-User: root", .. EdgeFixture.Cookie(token)])).Echo.Headers;

        headers["authorization"].ShouldBe(["Bearer " + token]);
        headers["x-remote-user"].ShouldBe(["alice"]);
        headers["x-remote-user-groups"].ShouldBe(["staff,design"]);
        headers["x-forwarded-for"].ShouldBe(["127.0.0.1"]);
        headers["x-forwarded-proto"].ShouldBe(["http"]);
        headers["x-forwarded-host"].ShouldBe([$"127.0.0.1:{edge.Server.Port}"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_open_path_gets_no_identity_from_a_bad_token()
    {
        var headers = (await edge.GetAsync("/auth/sign-in", "Authorization: Bearer rubbish", "X-Remote-User: root")).Echo.Headers;

        headers.ShouldNotContainKey("authorization");
        headers.ShouldNotContainKey("x-remote-user");
        headers.ShouldNotContainKey("x-remote-user-groups");
    }

    [Fact(Timeout = 60_000)]
    public async Task Someone_without_groups_cannot_bring_their_own()
    {
        var loner = edge.Alice with { Groups = [] };

        var headers = (await edge.GetAsync("/api/v1/me", ["X-Remote-User-Groups: admin", .. EdgeFixture.Cookie(loner.Token(edge.Key))])).Echo.Headers;

        string.Concat(headers.GetValueOrDefault("x-remote-user-groups") ?? []).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Naming_an_identity_header_in_connection_does_not_remove_it()
    {
        var headers = (await edge.GetAsync("/api/v1/me", ["Connection: X-Remote-User, Authorization", .. EdgeFixture.Cookie(edge.Alice.Token(edge.Key))])).Echo.Headers;

        headers["x-remote-user"].ShouldBe(["alice"]);
        headers.ShouldContainKey("authorization");
    }

    [Fact(Timeout = 60_000)]
    public async Task Names_outside_ascii_arrive_whole()
    {
        var zoe = edge.Alice with { Name = "zoë", Groups = ["日本", "r&d"] };

        var answer = await edge.GetAsync("/api/v1/me", EdgeFixture.Cookie(zoe.Token(edge.Key)));

        answer.Echo.Headers["x-remote-user"].ShouldBe(["zoë"]);
        answer.Echo.Headers["x-remote-user-groups"].ShouldBe(["日本,r&d"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_with_a_line_break_is_refused()
    {
        var claims = edge.Alice.Claims();
        claims["name"] = "alice\r\nX-Remote-User: root";
        var token = Forgery.Token(new() { ["alg"] = "RS256", ["kid"] = edge.Key.Kid }, claims, Forgery.Rsa(edge.Key));

        (await edge.GetAsync("/api/v1/me", EdgeFixture.Cookie(token))).Status.ShouldBe(401);
    }
}
