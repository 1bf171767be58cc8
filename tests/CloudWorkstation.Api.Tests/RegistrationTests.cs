using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed partial class RegistrationTests(RegistrationTests.Host host) : IClassFixture<RegistrationTests.Host>
{
    private const int Limit = 120_000;
    private const string Password = "four green bottles";

    [Fact(Timeout = Limit)]
    public async Task A_stranger_registers_confirms_the_address_and_signs_in()
    {
        await host.OpenAsync();
        using var client = host.NewStranger();
        await (await Host.RegisterAsync(client, "anna", "anna@example.org")).ShouldBeAsync(202);

        var link = await host.LinkAsync("anna@example.org", "verify");
        var verified = await (await client.PostAsJsonAsync("/auth/registrations/verify", new { token = link })).ShouldBeAsync(200);
        verified.Text("state").ShouldBe("created");
        var progress = await (await client.PostAsJsonAsync("/auth/registrations/progress", new { ticket = verified.Text("ticket") })).ShouldBeAsync(200);
        progress.Text("state").ShouldBe("created");
        progress.AsObject().ContainsKey("ticket").ShouldBeFalse();
        var me = await host.SignInAsync("anna", Password);
        (await me.Client.GetFromJsonAsync<JsonNode>("/api/v1/me"))!.Text("userName").ShouldBe("anna");
        await (await client.PostAsJsonAsync("/auth/registrations/verify", new { token = link })).ShouldBeProblemAsync(404, "link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task The_answer_is_the_same_byte_for_byte_whatever_there_is()
    {
        await host.OpenAsync();
        await (await host.Admin.Client.PostAsJsonAsync("/api/v1/accounts", new { userName = "taken.name", email = "there@example.org", roles = new[] { "user" } })).ShouldBeAsync(201);
        using var client = host.NewStranger();

        var answers = new List<string>();
        foreach (var (name, email) in new[] { ("brand.new", "brand.new@example.org"), ("brand.new", "there@example.org"), ("taken.name", "other.new@example.org"), ("taken.name", "there@example.org") })
        {
            using var answer = await Host.RegisterAsync(client, name, email);
            var headers = string.Join('\n', answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not "Date").Select(h => $"{h.Key}: {string.Join(',', h.Value)}"));
            answers.Add($"{(int)answer.StatusCode}\n{headers}\n{await answer.Content.ReadAsStringAsync()}");
        }

        foreach (var email in new[] { "there@example.org", "nobody.at.all@example.org" })
        {
            using var answer = await client.PostAsJsonAsync("/auth/password-resets", new { email, proof = await Host.ProofAsync(client) });
            var body = await answer.ShouldBeAsync(202);
            answers[0].ShouldEndWith(body.ToJsonString());
        }

        answers.Distinct().ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task Without_work_or_with_work_that_was_used_nobody_registers()
    {
        await host.OpenAsync();
        using var client = host.NewStranger();
        var proof = await Host.ProofAsync(client);
        await (await client.PostAsJsonAsync("/auth/registrations", new { userName = "lazy", email = "lazy@example.org", password = Password })).ShouldBeProblemAsync(422, "invalid");
        await (await Host.RegisterAsync(client, "lazy", "lazy@example.org", new { challenge = "made up", solutions = Enumerable.Range(0, 16) })).ShouldBeProblemAsync(422, "proof_refused");
        await (await Host.RegisterAsync(client, "lazy", "lazy@example.org", proof)).ShouldBeAsync(202);
        await (await Host.RegisterAsync(client, "lazy2", "lazy2@example.org", proof)).ShouldBeProblemAsync(422, "proof_refused");
    }

    [Fact(Timeout = Limit)]
    public async Task One_mailbox_gets_a_few_mails_an_hour_whether_or_not_it_has_an_account()
    {
        await host.OpenAsync();
        var there = await host.NewUserAsync();
        await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + there.Id, new { email = "patient@example.org" });
        using var client = host.NewStranger();
        foreach (var email in new[] { "patient@example.org", "unknown.patient@example.org" })
        {
            for (var i = 0; i < Host.PerMailbox; i++)
            {
                await (await client.PostAsJsonAsync("/auth/password-resets", new { email, proof = await Host.ProofAsync(client) })).ShouldBeAsync(202);
            }

            using var refused = await client.PostAsJsonAsync("/auth/password-resets", new { email = email.ToUpperInvariant(), proof = await Host.ProofAsync(client) });
            await refused.ShouldBeProblemAsync(429, "rate_limited");
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 3600);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task One_address_and_one_domain_get_so_many_and_no_more()
    {
        await host.OpenAsync();
        using var client = host.NewStranger();
        var answers = new List<int>();
        for (var i = 0; i < Host.PerAddress + 1; i++)
        {
            using var answer = await client.PostAsJsonAsync("/auth/password-resets", new { email = $"flood{i}@flood{i}.example", proof = new { challenge = "x", solutions = Array.Empty<int>() } });
            answers.Add((int)answer.StatusCode);
        }

        answers[^1].ShouldBe(429);
        answers.SkipLast(1).ShouldAllBe(status => status == 422);

        answers.Clear();
        for (var i = 0; i < Host.PerDomain + 1; i++)
        {
            using var other = host.NewStranger();
            using var answer = await other.PostAsJsonAsync("/auth/password-resets", new { email = $"flood{i}@one-domain.example", proof = new { challenge = "x", solutions = Array.Empty<int>() } });
            answers.Add((int)answer.StatusCode);
        }

        answers[^1].ShouldBe(429);
        answers.SkipLast(1).ShouldAllBe(status => status == 422);
    }

    [Fact(Timeout = Limit)]
    public async Task A_forgotten_password_is_replaced_by_a_mail_and_sessions_end()
    {
        await host.OpenAsync();
        var user = await host.NewUserAsync();
        var email = user.Name + "@example.org";
        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + user.Id, new { email })).ShouldBeAsync(200);
        using var client = host.NewStranger();
        await (await client.PostAsJsonAsync("/auth/password-resets", new { email, proof = await Host.ProofAsync(client) })).ShouldBeAsync(202);
        var link = await host.LinkAsync(email, "reset");

        (await (await client.PostAsJsonAsync("/auth/password-resets/confirm", new { token = link, newPassword = "short" })).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldContain("newPassword");
        await (await client.PostAsJsonAsync("/auth/password-resets/confirm", new { token = link, newPassword = "five hanging lanterns" })).ShouldBeAsync(204);

        await (await user.Client.GetAsync("/api/v1/me")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await client.PostAsJsonAsync("/auth/token", new { userName = user.Name, password = ApiHost.Password })).ShouldBeProblemAsync(401, "invalid_credentials");
        await host.SignInAsync(user.Name, "five hanging lanterns");
        await (await client.PostAsJsonAsync("/auth/password-resets/confirm", new { token = link, newPassword = "six hanging lanterns" })).ShouldBeProblemAsync(404, "link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task An_administrator_sees_who_waits_and_decides()
    {
        await host.OpenAsync("admin");
        using var client = host.NewStranger();
        await (await Host.RegisterAsync(client, "walter", "walter@example.org")).ShouldBeAsync(202);
        var link = await host.LinkAsync("walter@example.org", "verify");
        (await (await client.PostAsJsonAsync("/auth/registrations/verify", new { token = link })).ShouldBeAsync(200)).Text("state").ShouldBe("approval");

        var waiting = (await host.Admin.Client.GetFromJsonAsync<JsonNode>("/api/v1/registrations"))!["items"]!.AsArray().Single(r => r!.Text("userName") == "walter")!;
        waiting.ToJsonString().ShouldNotContain("assword");
        var user = await host.NewUserAsync();
        await (await user.Client.GetAsync("/api/v1/registrations")).ShouldBeProblemAsync(403, "forbidden");
        var approved = await (await host.Admin.Client.PostAsJsonAsync($"/api/v1/registrations/{waiting.Text("id")}/approve", new { })).ShouldBeAsync(200);
        approved.Text("state").ShouldBe("created");
        await host.SignInAsync("walter", Password);
        await (await host.Admin.Client.PostAsJsonAsync($"/api/v1/registrations/{waiting.Text("id")}/refuse", new { reason = "late" })).ShouldBeProblemAsync(409, "conflict");
    }

    [Fact(Timeout = Limit)]
    public async Task Mails_are_for_who_manages_the_platform()
    {
        await host.OpenAsync();
        var user = await host.NewUserAsync("support");
        await (await user.Client.GetAsync("/api/v1/mail")).ShouldBeProblemAsync(403, "forbidden");
        (await (await host.Admin.Client.PostAsJsonAsync("/api/v1/mail/test", new { to = "ops@example.org" })).ShouldBeAsync(200))["delivered"]!.GetValue<bool>().ShouldBeFalse();
        await (await host.Admin.Client.PostAsJsonAsync("/api/v1/mail/test", new { to = "nonsense" })).ShouldBeProblemAsync(422, "invalid");
        var mail = await host.MailAsync("ops@example.org", _ => true);
        await (await host.Admin.Client.PostAsync($"/api/v1/mail/{mail.Text("id")}/retry", null)).ShouldBeAsync(202);
        await (await host.Admin.Client.GetAsync("/api/v1/mail/00000000000000000000000000")).ShouldBeProblemAsync(404, "not_found");
    }

    [Fact(Timeout = Limit)]
    public async Task Settings_of_mail_keep_the_password_to_themselves()
    {
        var (path, admin) = ("/api/v1/settings/mail", host.Admin.Client);
        var section = new { host = "smtp.invalid", port = 587, encryption = "startTls", user = "u", password = "relay-password-canary", from = "d@example.org", fromName = "Desktops" };
        var put = await (await admin.PutAsJsonAsync(path, section)).ShouldBeAsync(200);
        put["value"]!["password"]!.ToJsonString().ShouldBe("""{"set":true}""");
        (await admin.GetStringAsync(path)).ShouldNotContain("relay-password-canary");
        (await (await admin.PutAsJsonAsync(path, section with { encryption = "none" })).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["encryption"]);
        (await (await admin.PostAsJsonAsync("/api/v1/mail/test", new { to = "ops@example.org" })).ShouldBeProblemAsync(503, "mail_not_sent")).Text("detail").ShouldContain("smtp.invalid");
        await (await admin.PutAsJsonAsync(path, new { port = 587, encryption = "startTls", fromName = "Desktops" })).ShouldBeAsync(200);
    }

    [Fact(Timeout = Limit)]
    public async Task The_sign_in_page_is_told_whether_people_may_register()
    {
        await host.OpenAsync();
        using var client = host.NewStranger();
        var offers = (await client.GetFromJsonAsync<JsonNode>("/auth/providers"))!;
        offers["registration"]!.GetValue<bool>().ShouldBeTrue();
        offers["passwordReset"]!.GetValue<bool>().ShouldBeTrue();
        var rules = (await client.GetFromJsonAsync<JsonNode>("/auth/registrations"))!;
        rules["domains"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("example.org");
    }

    public sealed partial class Host : ApiHost
    {
        public const int PerMailbox = 4;
        public const int PerAddress = 30;
        public const int PerDomain = 60;
        private static int strangers;

        protected override IEnumerable<KeyValuePair<string, string>> Settings =>
        [
            new("Registration:ProofBits", "4"), new("Rate:RegistrationsPerMailbox", $"{PerMailbox}"), new("Rate:RegistrationsPerAddress", $"{PerAddress}"), new("Rate:RegistrationsPerDomain", $"{PerDomain}"),
        ];

        /// <summary>At an address of its own.</summary>
        public HttpClient NewStranger()
        {
            var client = NewClient();
            client.DefaultRequestHeaders.Add("X-Forwarded-For", $"198.51.100.{Interlocked.Increment(ref strangers)}");
            return client;
        }

        public async Task OpenAsync(string approval = "none")
        {
            var wanted = new { enabled = true, domains = new[] { "example.org" }, approval };
            await (await Admin.Client.PutAsJsonAsync("/api/v1/settings/registration", wanted)).ShouldBeAsync(200);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var client = NewStranger();
            while (true)
            {
                var rules = (await client.GetFromJsonAsync<JsonNode>("/auth/registrations", limit.Token))!;
                if (rules["enabled"]!.GetValue<bool>() && rules["approval"]!.GetValue<bool>() == (approval == "admin"))
                {
                    return;
                }

                await Task.Delay(50, limit.Token);
            }
        }

        public static async Task<HttpResponseMessage> RegisterAsync(HttpClient client, string userName, string email, object? proof = null) =>
            await client.PostAsJsonAsync("/auth/registrations", new { userName, email, password = RegistrationTests.Password, proof = proof ?? await ProofAsync(client) });

        /// <summary>Does the work of a new challenge.</summary>
        public static async Task<object> ProofAsync(HttpClient client)
        {
            var challenge = await (await client.PostAsync("/auth/challenges", null)).ShouldBeAsync(200);
            var (seed, bits) = (challenge.Text("seed"), challenge["bits"]!.GetValue<int>());
            return new
            {
                challenge = challenge.Text("challenge"),
                solutions = Enumerable.Range(0, challenge["parts"]!.GetValue<int>()).Select(part => Enumerable.Range(0, int.MaxValue).First(number => IsSolved($"{seed}.{part}.{number}", bits))),
            };
        }

        public async Task<string> LinkAsync(string to, string page)
        {
            var mail = await MailAsync(to, m => m.Text("kind").EndsWith(page, StringComparison.Ordinal));
            return Link().Match(mail.Text("text")).Groups["token"].Value;
        }

        /// <summary>The newest kept mail to somebody.</summary>
        public async Task<JsonNode> MailAsync(string to, Func<JsonNode, bool> wanted)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (true)
            {
                var mails = (await Admin.Client.GetFromJsonAsync<JsonNode>("/api/v1/mail?limit=200", limit.Token))!["items"]!.AsArray();
                if (mails.FirstOrDefault(m => m!.Text("to") == to && m!.Text("state") == "kept" && wanted(m!)) is { } mail)
                {
                    return (await Admin.Client.GetFromJsonAsync<JsonNode>("/api/v1/mail/" + mail.Text("id"), limit.Token))!;
                }

                await Task.Delay(100, limit.Token);
            }
        }

        private static bool IsSolved(string text, int bits) => BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(text)))) >= bits;

        [GeneratedRegex("/sign-in/[a-z]+#(?<token>[A-Za-z0-9._-]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
        private static partial Regex Link();
    }
}
