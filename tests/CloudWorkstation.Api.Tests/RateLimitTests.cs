using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class RateLimitTests(RateLimitTests.Host host) : IClassFixture<RateLimitTests.Host>
{
    [Fact(Timeout = 60_000)]
    public async Task Too_many_sign_ins_for_one_name_are_refused_before_the_password_is_looked_at()
    {
        using var client = host.NewClient();
        for (var i = 0; i < Host.PerAccount; i++)
        {
            ((int)(await SignInAsync(client, "victim")).StatusCode).ShouldBeOneOf(401, 429);
        }

        using var answer = await SignInAsync(client, "VICTIM");
        await answer.ShouldBeProblemAsync(429, "rate_limited");
        answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        await (await SignInAsync(client, "somebody-else")).ShouldBeProblemAsync(401, "invalid_credentials");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_may_do_much_and_not_everything()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Host.PerSession * 15).Select(_ => host.Admin.Client.GetAsync("/api/v1/templates")));
        var refused = answers.Where(a => (int)a.StatusCode == 429).ToList();
        refused.ShouldNotBeEmpty();
        await refused[0].ShouldBeProblemAsync(429, "rate_limited");
        refused[0].Headers.RetryAfter.ShouldNotBeNull();
        using var stranger = host.NewClient();
        await (await stranger.GetAsync("/health/ready")).ShouldBeAsync(200);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string name) =>
        client.PostAsJsonAsync("/auth/sign-in", new { userName = name, password = "not this one, no" });

    public sealed class Host : ApiHost
    {
        public const int PerAccount = 12;
        public const int PerSession = 20;

        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Rate:SignInPerAccount", $"{PerAccount}"), new("Rate:PerSession", $"{PerSession}")];
    }
}

public sealed class SignInRateLimitTests(SignInRateLimitTests.Host host) : IClassFixture<SignInRateLimitTests.Host>
{
    [Fact(Timeout = 60_000)]
    public async Task Too_many_sign_ins_from_one_address_are_refused_whatever_the_names()
    {
        using var client = host.NewClient();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => client.PostAsJsonAsync("/auth/sign-in", new { userName = "name" + i, password = "not this one, no" })));
        answers.ShouldContain(a => (int)a.StatusCode == 429);
        var other = new HttpRequestMessage(HttpMethod.Post, "/auth/sign-in").Body("""{"userName":"name","password":"not this one, no"}""").With("X-Forwarded-For", "203.0.113.7");
        await (await client.SendAsync(other)).ShouldBeProblemAsync(401, "invalid_credentials");
    }

    public sealed class Host : ApiHost
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Rate:SignInPerAddress", "20")];
    }
}

public sealed class StreamLimitTests(StreamLimitTests.Host host) : IClassFixture<StreamLimitTests.Host>
{
    [Fact(Timeout = 60_000)]
    public async Task A_session_may_not_hold_all_streams_and_one_that_ends_makes_room()
    {
        var user = await host.NewUserAsync();
        using var first = await EventReader.OpenAsync(user.Client, "/api/v1/events");
        using var second = await EventReader.OpenAsync(user.Client, "/api/v1/events");

        using var refused = await user.Client.GetAsync("/api/v1/events");
        await refused.ShouldBeProblemAsync(429, "rate_limited");
        refused.Headers.RetryAfter.ShouldNotBeNull();

        first.Dispose();
        using var next = await OpenWhenThereIsRoomAsync(user);
    }

    [Fact(Timeout = 60_000)]
    public async Task More_sessions_do_not_get_an_account_more_than_its_streams()
    {
        var user = await host.NewUserAsync();
        var again = await host.SignInAsync(user.Name, ApiHost.Password);
        using var first = await EventReader.OpenAsync(user.Client, "/api/v1/events");
        using var second = await EventReader.OpenAsync(user.Client, "/api/v1/events");
        using var third = await EventReader.OpenAsync(again.Client, "/api/v1/events");

        using var refused = await again.Client.GetAsync("/api/v1/events");
        await refused.ShouldBeProblemAsync(429, "rate_limited");
        using var others = await EventReader.OpenAsync(host.Admin.Client, "/api/v1/events");
    }

    private static async Task<EventReader> OpenWhenThereIsRoomAsync(TestUser user)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await EventReader.OpenAsync(user.Client, "/api/v1/events");
            }
            catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    public sealed class Host : ApiHost
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Rate:StreamsPerSession", "2"), new("Rate:StreamsPerAccount", "3")];
    }
}
