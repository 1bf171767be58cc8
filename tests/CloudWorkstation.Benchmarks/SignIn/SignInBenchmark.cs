using System.Globalization;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;
using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Benchmarks.SignIn;

/// <summary>
/// Sign-ins a second through the api, by password, at an OpenID provider and in a directory, each beside what cannot be done without: the password's hash on the cores
/// that sign-ins may take, the provider's own code flow, the directory's own bind. Provider and directory are real and share the machine.
/// </summary>
internal static class SignInBenchmark
{
    private const int Names = 8;
    private const int Browsers = 4;

    // As many people as there are, so that one piles up a few dozen sessions and not hundreds, and nobody waits for another change of the same account.
    private const int PeopleAtProvider = 64;
    private static readonly string[] Scopes = ["openid", "profile", "email", "groups"];
    private static readonly string[] People = ["alice", "bob"];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var (turns, time) = quick ? (2, TimeSpan.FromSeconds(4)) : (5, TimeSpan.FromSeconds(10));
        await using var api = await SignInApi.StartAsync(cancellationToken);
        var (iterations, cores) = (new AccountOptions().PasswordIterations, Math.Max(1, Environment.ProcessorCount - 1));
        var password = await PasswordAsync(api, turns, time, iterations, cores, cancellationToken);
        var directory = await DirectoryAsync(api, turns, time, cancellationToken);
        var provider = await ProviderAsync(api, turns, time, cancellationToken);
        var one = await PasswordHashes.MeasureAsync(1, iterations, time);
        return new Report(
            [
                new Ratio("sign-ins a second by password", password.Ours.PerSecond, password.Other.PerSecond, $"bare hashes on the {cores} of {Environment.ProcessorCount} cores that sign-ins may take", "/s", 0.8, AtLeast: true),
                new Ratio("sign-ins a second in a directory", directory.Ours.PerSecond, directory.Other.PerSecond, "bare binds (connect, TLS, bind)", "/s"),
                new Ratio("sign-ins a second at an OpenID provider", provider.Ours.PerSecond, provider.Other.PerSecond, "the provider's code flow without us", "/s"),
            ],
            [new Figure($"one hash: PBKDF2-HMAC-SHA512, {iterations:N0} iterations", one.Median, "ms")],
            [
                new Table(
                    "Sign-ins",
                    ["", "at once", "a second", "median ms", "p99 ms"],
                    [
                        Row("by password", Names, password.Ours), Row("bare hashes", cores, password.Other),
                        Row("in a directory (LDAPS)", People.Length, directory.Ours), Row("bare binds", People.Length, directory.Other),
                        Row("at an OpenID provider", Browsers, provider.Ours), Row("its code flow", Browsers, provider.Other),
                    ]),
            ]);
    }

    private static async Task<(Rate Ours, Rate Other)> PasswordAsync(SignInApi api, int turns, TimeSpan time, int iterations, int cores, CancellationToken cancellationToken)
    {
        foreach (var number in Enumerable.Range(0, Names))
        {
            await api.CreateAccountAsync($"person-{number}", cancellationToken);
        }

        using var client = api.NewClient();
        return await Rate.AlternateAsync(
            turns,
            () => Rate.MeasureAsync(Names, time, caller => SignInApi.SignInAsync(client, $"person-{caller}", SignInApi.Password, cancellationToken)),
            () => PasswordHashes.MeasureAsync(cores, iterations, time));
    }

    private static async Task<(Rate Ours, Rate Other)> DirectoryAsync(SignInApi api, int turns, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var slapd = await SlapdServer.StartAsync(cancellationToken);
        var settings = new
        {
            name = "office",
            url = slapd.Url,
            caCertificates = slapd.CaCertificates,
            bindDn = SlapdServer.SearchDn,
            bindPassword = SlapdServer.Password,
            baseDn = SlapdServer.People,
        };
        await api.SetAsync("directories", new { directories = new[] { settings } }, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        using var client = api.NewClient();
        var binds = new DirectoryBinds(slapd);
        return await Rate.AlternateAsync(
            turns,
            () => Rate.MeasureAsync(People.Length, time, caller => SignInApi.SignInAsync(client, People[caller], SlapdServer.Password, cancellationToken)),
            () => Rate.MeasureAsync(People.Length, time, caller => binds.BindAsync(People[caller], cancellationToken)));
    }

    private static async Task<(Rate Ours, Rate Other)> ProviderAsync(SignInApi api, int turns, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var server = await OidcServer.StartAsync(
            new JsonObject
            {
                ["algorithm"] = "RS256",
                ["groupsAs"] = "array",
                ["inIdToken"] = true,
                ["clients"] = new JsonArray(
                    new JsonObject { ["clientId"] = ProviderVisitor.Client, ["redirectUris"] = new JsonArray($"{SignInApi.Public}/auth/oidc/company/callback") },
                    new JsonObject { ["clientId"] = ProviderVisitor.Bare, ["redirectUris"] = new JsonArray($"{SignInApi.Public}/bare") }),
            },
            cancellationToken);
        var settings = new { name = "company", title = "Company", issuer = server.IssuerText, clientId = ProviderVisitor.Client, scopes = Scopes };
        await api.SetAsync("providers", new { providers = new[] { settings } }, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        var browsers = Enumerable.Range(0, PeopleAtProvider).Select(number => new ProviderVisitor(api, server.Issuer, number)).ToList();
        var turn = new int[Browsers];
        ProviderVisitor Next(int caller) => browsers[(turn[caller]++ * Browsers % PeopleAtProvider) + caller];
        try
        {
            // A first turn that does not count: until the runtime has compiled what is used often, it compiles for most of the time.
            await Rate.MeasureAsync(Browsers, WarmUp, caller => Next(caller).SignInAsync());
            return await Rate.AlternateAsync(
                turns,
                () => Rate.MeasureAsync(Browsers, time, caller => Next(caller).SignInAsync()),
                () => Rate.MeasureAsync(Browsers, time, caller => Next(caller).FlowAsync()));
        }
        finally
        {
            browsers.ForEach(browser => browser.Dispose());
        }
    }

    private static IReadOnlyList<string> Row(string name, int callers, Rate rate) =>
    [
        name, callers.ToString(CultureInfo.InvariantCulture), Text(rate.PerSecond), Text(rate.Median), Text(rate.P99),
    ];

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
