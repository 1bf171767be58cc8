using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class HealthTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task A_whole_installation_is_ready()
    {
        using var client = host.NewClient();
        var report = await (await client.GetAsync("/health/ready")).ShouldBeAsync(200);
        report.Text("status").ShouldBe("ready");
        report["checks"]!.AsArray().Select(c => c!.GetValue<string>()).ShouldBe(["store", "keys", "templates", "terraform"]);
        await (await client.GetAsync("/health/live")).ShouldBeAsync(200);
    }

    [Fact(Timeout = 60_000)]
    public async Task Metrics_are_for_this_host_and_for_holders_of_the_internal_key()
    {
        using var client = host.NewClient();
        (await client.GetStringAsync("/metrics")).ShouldContain("# TYPE ");
        var proxied = new HttpRequestMessage(HttpMethod.Get, "/metrics").With("X-Forwarded-For", "203.0.113.9");
        ((int)(await client.SendAsync(proxied)).StatusCode).ShouldBe(401);
    }
}

public sealed class BrokenInstallationTests(BrokenInstallationTests.Host host) : IClassFixture<BrokenInstallationTests.Host>
{
    [Fact(Timeout = 60_000)]
    public async Task What_is_missing_is_named_with_its_fix()
    {
        using var client = host.NewClient();
        var report = await (await client.GetAsync("/health/ready")).ShouldBeAsync(503);
        report.Text("status").ShouldBe("not-ready");
        report["problems"]!.AsArray().Select(p => p!.Text("code")).ShouldBe(["templates_none", "terraform_missing"]);
        report["problems"]!.AsArray().ShouldAllBe(p => p!.Text("fix").Length > 0);
    }

    public sealed class Host : ApiHost
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings =>
        [
            new("Templates", Path.Combine(Data, "nothing-here")),
            new("Terraform:Binary", Path.Combine(Data, "no-terraform")),
        ];
    }
}
