using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

public sealed class IdempotencyTests(ApiHost host)
{
    private const string Body = """{"template":"plain","name":"once"}""";

    [Fact(Timeout = 60_000)]
    public async Task The_same_key_and_body_get_the_same_answer_and_one_desktop()
    {
        var user = await host.NewUserAsync();
        using var first = await CreateAsync(user, "key-1", Body);
        using var second = await CreateAsync(user, "key-1", Body);
        var (one, two) = (await first.ShouldBeAsync(202), await second.ShouldBeAsync(202));
        two.ToJsonString().ShouldBe(one.ToJsonString());
        second.Headers.Location.ShouldBe(first.Headers.Location);
        (await DesktopsAsync(user)).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Repetitions_that_arrive_together_make_one_desktop()
    {
        var user = await host.NewUserAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync(user, "together", Body)));
        var ids = await Task.WhenAll(answers.Select(async a => (await a.ShouldBeAsync(202))["desktop"]!.Text("id")));
        ids.Distinct().Count().ShouldBe(1);
        (await DesktopsAsync(user)).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var user = await host.NewUserAsync();
        await (await CreateAsync(user, "reused", Body)).ShouldBeAsync(202);
        await (await CreateAsync(user, "reused", """{"template":"plain","name":"other"}""")).ShouldBeProblemAsync(422, "idempotency_key_reused");
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_people_may_choose_the_same_key()
    {
        var (one, two) = (await host.NewUserAsync(), await host.NewUserAsync());
        await (await CreateAsync(one, "same", Body)).ShouldBeAsync(202);
        await (await CreateAsync(two, "same", Body)).ShouldBeAsync(202);
        (await DesktopsAsync(two)).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_request_may_be_repeated_corrected_under_its_key()
    {
        var user = await host.NewUserAsync();
        await (await CreateAsync(user, "again", """{"template":"nope","name":"x"}""")).ShouldBeProblemAsync(422, "template_not_found");
        await (await CreateAsync(user, "again", Body)).ShouldBeAsync(202);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repetition_finds_what_was_created_before_a_crash()
    {
        var user = await host.NewUserAsync();
        var before = await (await CreateAsync(user, "crashed", Body)).ShouldBeAsync(202);
        await ForgetAnswerAsync(before["desktop"]!.Text("id"), user, "crashed");
        var after = await (await CreateAsync(user, "crashed", Body)).ShouldBeAsync(202);
        after["desktop"]!.Text("id").ShouldBe(before["desktop"]!.Text("id"));
        after["operation"]!.Text("id").ShouldBe(before["operation"]!.Text("id"));
        (await DesktopsAsync(user)).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_is_free_again_after_a_day()
    {
        var time = new MovableTime();
        var keys = new IdempotencyKeys(host.Services.GetRequiredService<IDocumentStore>(), time);
        var account = Guid.NewGuid().ToString("N");
        var first = await keys.ClaimAsync(account, "daily", "a", DesktopSecrets.NewId, CancellationToken.None);
        first.Value.Fresh.ShouldBeTrue();
        (await keys.ClaimAsync(account, "daily", "a", DesktopSecrets.NewId, CancellationToken.None)).Value.Fresh.ShouldBeFalse();
        (await keys.ClaimAsync(account, "daily", "b", DesktopSecrets.NewId, CancellationToken.None)).Problem!.Code.ShouldBe("idempotency_key_reused");
        time.Now += IdempotencyKeys.Lifetime;
        (await keys.ClaimAsync(account, "daily", "b", DesktopSecrets.NewId, CancellationToken.None)).Value.Fresh.ShouldBeTrue();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("tab\there")]
    [InlineData("grün")]
    public async Task A_key_that_is_not_printable_ascii_is_refused(string key)
    {
        var user = await host.NewUserAsync();
        await (await CreateAsync(user, key, Body)).ShouldBeProblemAsync(400, "malformed_idempotency_key");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_has_at_most_128_characters()
    {
        var user = await host.NewUserAsync();
        await (await CreateAsync(user, new string('k', 129), Body)).ShouldBeProblemAsync(400, "malformed_idempotency_key");
        await (await CreateAsync(user, new string('k', 128), Body)).ShouldBeAsync(202);
    }

    /// <summary>As if the process had died between creating the desktop and remembering the answer.</summary>
    private async Task ForgetAnswerAsync(string desktop, TestUser user, string key)
    {
        var store = host.Services.GetRequiredService<IDocumentStore>();
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(user.Id + "\n" + key)));
        var requests = new Collection<RememberedRequest>(store, IdempotencyKeys.Definition, r => r.Id);
        var stored = (await requests.GetAsync(id, CancellationToken.None))!;
        stored.Value.ReservedId.ShouldBe(desktop);
        (await store.CommitAsync([requests.Replace(stored.Value with { Answer = null }, stored.Version)], CancellationToken.None)).Committed.ShouldBeTrue();
    }

    private static Task<HttpResponseMessage> CreateAsync(TestUser user, string key, string body) =>
        user.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/v1/desktops").With("Idempotency-Key", key).Body(body));

    private static async Task<int> DesktopsAsync(TestUser user) =>
        (await (await user.Client.GetAsync("/api/v1/desktops")).ShouldBeAsync(200))["items"]!.AsArray().Count;

    private sealed class MovableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(60);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
