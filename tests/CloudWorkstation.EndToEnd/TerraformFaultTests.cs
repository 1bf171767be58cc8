using System.Text.Json.Nodes;
using CloudWorkstation.FakeTerraform;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>A Terraform that hangs, finds a lock, or writes rubbish: every request ends in something a person can see and act on.</summary>
public sealed class TerraformFaultTests : IAsyncLifetime
{
    private const int Limit = 240_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cws-fake-");
    private FakeTerraformInstallation _terraform = null!;
    private Product _product = null!;
    private Person _person = null!;

    public async ValueTask InitializeAsync()
    {
        _terraform = FakeTerraformInstallation.Create(_directory.FullName, new FakeScript());
        _product = await Product.StartAsync(new Dictionary<string, string> { ["CWS_TERRAFORM__BINARY"] = _terraform.Binary, ["CWS_TERRAFORM__GRACE"] = "00:00:05" });
        _person = await _product.AdminAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _person?.Dispose();
        if (_product is not null)
            await _product.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Hang")]
    [InlineData("IgnoreInterrupt")]
    public async Task A_hanging_terraform_can_be_cancelled_and_the_desktop_retried(string behaviour)
    {
        Script(behaviour);
        var (desktop, operation) = await Desktop.BeginAsync(_product, _person);
        await Eventually.HoldsAsync(() => _terraform.Calls.Any(call => call.Contains(" apply", StringComparison.Ordinal)), "terraform is applying");

        (await _person.PostAsync($"/api/v1/operations/{operation}/cancel")).Status.ShouldBe(202);
        var ended = await desktop.EndOfAsync(operation);

        ended["state"]!.GetValue<string>().ShouldBe("cancelled");
        (await desktop.GetAsync())["status"]!.GetValue<string>().ShouldBe("failed");
        await RetryWithTheRealOneAsync(desktop, operation);
    }

    [Theory(Timeout = Limit)]
    [InlineData("HeldLock", "locked")]
    [InlineData("Rubbish", "template")]
    [InlineData("HalfLine", "internal")]
    public async Task A_failing_terraform_shows_as_a_failure_with_its_kind(string behaviour, string kind)
    {
        Script(behaviour);
        var (_, operation) = await Desktop.BeginAsync(_product, _person);

        JsonNode seen = new JsonObject();
        await Eventually.HoldsAsync(async () => (seen = (await _person.GetAsync($"/api/v1/operations/{operation}")).Body)["failure"] is not null, "the failure is seen");

        seen["failure"]!["kind"]!.GetValue<string>().ShouldBe(kind, seen.ToJsonString());
        seen["failure"]!["message"]!.GetValue<string>().ShouldNotBeEmpty();
        seen["failure"]!["fix"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    private void Script(string behaviour) => _terraform.Use(new FakeScript { Steps = [new FakeStep("apply", behaviour)], Real = RealTerraform });

    private async Task RetryWithTheRealOneAsync(Desktop desktop, string operation)
    {
        _terraform.Use(new FakeScript { Real = RealTerraform });
        var retried = await _person.PostAsync($"/api/v1/operations/{operation}/retry");
        retried.Status.ShouldBe(202, retried.ToString());
        await desktop.UntilDoneAsync(retried.Body["operation"]!["id"]!.GetValue<string>());
        desktop.VncServers().ShouldHaveSingleItem();
    }

    private static string RealTerraform => Environment.GetEnvironmentVariable("CWS_TERRAFORM__BINARY") is { Length: > 0 } set
        ? set
        : Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(directory => Path.Combine(directory, "terraform")).First(File.Exists);
}
