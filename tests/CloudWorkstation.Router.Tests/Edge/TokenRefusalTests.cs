using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>Every forged, spoilt or stale token, on every kind of address.</summary>
public sealed class TokenRefusalTests(EdgeFixture edge)
{
    public static TheoryData<string> Kinds => [.. Forgery.Kinds];

    [Theory(Timeout = 60_000), MemberData(nameof(Kinds))]
    public async Task A_page_sends_a_bad_cookie_to_be_renewed(string kind)
    {
        var answer = await edge.NavigateAsync("/desktops?q=a b".Replace(' ', '+'), Spoilt(kind));

        answer.Status.ShouldBe(302);
        answer.Header("Location").ShouldBe("/auth/renew?return=%2Fdesktops%3Fq%3Da%2Bb");
    }

    [Theory(Timeout = 60_000), MemberData(nameof(Kinds))]
    public async Task The_api_refuses_a_bad_bearer_with_a_problem(string kind)
    {
        var answer = await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {Spoilt(kind)}");

        answer.Status.ShouldBe(401);
        answer.Header("Content-Type").ShouldBe("application/problem+json");
        answer.Body.ShouldContain("\"code\":\"unauthenticated\"");
    }

    [Theory(Timeout = 60_000), MemberData(nameof(Kinds))]
    public async Task A_desktop_refuses_a_bad_session(string kind)
    {
        var ticket = edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop);

        (await edge.UpgradeAsync(edge.AlicesDesktop, Spoilt(kind), ticket)).Status.ShouldBe(401);
    }

    [Theory(Timeout = 60_000), MemberData(nameof(Kinds))]
    public async Task A_desktop_refuses_a_bad_desktop_token(string kind)
    {
        var ticket = Forgery.Spoil(kind, edge.Alice.DesktopClaims(edge.AlicesDesktop), edge.Key, edge.Stranger);

        (await edge.UpgradeAsync(edge.AlicesDesktop, edge.Alice.Token(edge.Key), ticket)).Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_good_token_passes_as_cookie_and_as_bearer()
    {
        var token = edge.Alice.Token(edge.Key);

        (await edge.NavigateAsync("/", token)).Echo.Service.ShouldBe("console");
        (await edge.GetAsync("/api/v1/me", EdgeFixture.Cookie(token))).Echo.Service.ShouldBe("api");
        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}")).Echo.Service.ShouldBe("api");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_of_the_next_key_passes() =>
        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {edge.Bob.Token(edge.NextKey)}")).Status.ShouldBe(200);

    [Fact(Timeout = 60_000)]
    public async Task A_token_ends_with_its_time()
    {
        var token = edge.Alice.Token(edge.Key, TimeSpan.FromSeconds(3));
        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}")).Status.ShouldBe(200);

        await Waiting.UntilAsync(async () => (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}")).Status == 401, "the token has expired");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_token_is_no_session() =>
        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {edge.Alice.DesktopToken(edge.Key, edge.AlicesDesktop)}")).Status.ShouldBe(401);

    [Fact(Timeout = 60_000)]
    public async Task A_session_token_is_no_desktop_token()
    {
        var session = edge.Alice.Token(edge.Key);

        (await edge.UpgradeAsync(edge.AlicesDesktop, session, session)).Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_revoked_session_is_refused_at_once_everywhere()
    {
        var eve = edge.Alice with { SessionId = "s-revoked" };
        var token = eve.Token(edge.Key);
        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}")).Status.ShouldBe(200);

        await edge.Server.Runtime.TellAsync("add map maps/deny.map s-revoked 4102444800", TestContext.Current.CancellationToken);

        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}")).Status.ShouldBe(401);
        (await edge.NavigateAsync("/", token)).Status.ShouldBe(302);
        (await edge.UpgradeAsync(edge.AlicesDesktop, token, eve.DesktopToken(edge.Key, edge.AlicesDesktop))).Status.ShouldBe(401);
        var other = edge.Alice with { SessionId = "s-still-good" };
        (await edge.UpgradeAsync(edge.AlicesDesktop, other.Token(edge.Key), eve.DesktopToken(edge.Key, edge.AlicesDesktop))).Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_authorization_headers_are_none()
    {
        var token = edge.Alice.Token(edge.Key);

        (await edge.GetAsync("/api/v1/me", $"Authorization: Bearer {token}", $"Authorization: Bearer {token}")).Status.ShouldBe(401);
    }

    private string Spoilt(string kind) => Forgery.Spoil(kind, edge.Alice.Claims(), edge.Key, edge.Stranger);
}
