using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Manager.Tests.Templates;
using CloudWorkstation.Manager.Tests.Terraform;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>A desktop of aws-vnc on moto, driven as the manager drives it: catalogue, workspace, real Terraform with the real provider.</summary>
internal sealed class AwsDesktop : IAsyncDisposable
{
    public const string Password = "Kq7xWv3Z";

    private readonly TemporaryDirectory root = new();
    private readonly TemplateCatalogue catalogue;
    private readonly TerraformRunner runner;

    private AwsDesktop(AwsAccount account, AwsGate gate)
    {
        Account = account;
        Gate = gate;
        runner = new(new TerraformOptions { Grace = TimeSpan.FromSeconds(20), Mirror = TerraformMirror.Directory }, TimeProvider.System);
        catalogue = new(
            Path.Combine(LocalDesktop.RepositoryRoot(), "terraform", "templates"), new DataPaths(root.File("data")), TimeProvider.System,
            NullLogger<TemplateCatalogue>.Instance, PlatformTests.Facts("{}"));
        Template = catalogue.Find("aws-vnc").ShouldNotBeNull(string.Join('\n', catalogue.Entries.SelectMany(entry => entry.Problems)));
    }

    public string Id { get; } = "d" + Guid.NewGuid().ToString("n")[..11];

    public AwsAccount Account { get; }

    public AwsGate Gate { get; }

    public Template Template { get; }

    public string Root => root.Path;

    public List<TerraformEvent> Events { get; } = [];

    /// <value>The parameters that the employee chose, and what the manager says besides.</value>
    public JsonObject Chosen { get; } = [];

    public string Owner { get; set; } = "Jane.Doe;rm -rf@example.com";

    public IReadOnlyDictionary<string, JsonElement> Outputs { get; private set; } = new Dictionary<string, JsonElement>();

    public static async Task<AwsDesktop> NewAsync(SharedMoto moto, string region)
    {
        var account = await AwsAccount.InAsync(moto, region);
        return new(account, await AwsGate.BeforeAsync(account.Moto));
    }

    public async Task ApplyAsync(string power = "on")
    {
        var outcome = await TryApplyAsync(power);
        outcome.Succeeded.ShouldBeTrue($"{outcome.Message}\n{string.Join('\n', outcome.Diagnostics)}");
        Outputs = outcome.Outputs;
    }

    public Task<TerraformOutcome> TryApplyAsync(string power = "on", Func<TerraformEvent, ValueTask>? report = null) =>
        runner.ApplyAsync(Request(power), report ?? Keep, CancellationToken.None, CancellationToken.None);

    public Task<TerraformPlan> PlanAsync(string power = "on") => runner.PlanAsync(Request(power), Keep, CancellationToken.None, CancellationToken.None);

    public Task<TerraformOutcome> DestroyAsync() => runner.DestroyAsync(Request("on"), Keep, CancellationToken.None, CancellationToken.None);

    public string Output(string name, string member) => Outputs[name].GetProperty(member).ToString();

    public async ValueTask DisposeAsync()
    {
        Gate.Refuse = _ => null;
        await DestroyAsync();
        runner.Dispose();
        await Gate.DisposeAsync();
        Account.Dispose();
        catalogue.Dispose();
        root.Dispose();
    }

    private ValueTask Keep(TerraformEvent what)
    {
        lock (Events)
            Events.Add(what);
        return ValueTask.CompletedTask;
    }

    private TerraformRequest Request(string power)
    {
        var variables = Chosen.DeepClone().AsObject();
        variables["desktop"] = new JsonObject
        {
            ["id"] = Id,
            ["name"] = "Test \"${x}\" desktop",
            ["owner"] = Owner,
            ["environment"] = "test",
            ["directory"] = "/nowhere",
        };
        variables["power"] = power;
        variables["platform"] = Account.Platform.DeepClone();
        return new()
        {
            WorkspaceDirectory = root.File("workspace"),
            ModuleDirectory = Template.Directory,
            ModuleVersion = Template.Version,
            Backend = new("local", new JsonObject { ["path"] = root.File("state/terraform.tfstate") }),
            Variables = variables,
            SecretVariables = new Dictionary<string, string>(StringComparer.Ordinal) { ["vnc_password"] = Password },
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["AWS_ENDPOINT_URL"] = Gate.Endpoint,
                ["AWS_REGION"] = Account.Region,
                ["AWS_ACCESS_KEY_ID"] = "test",
                ["AWS_SECRET_ACCESS_KEY"] = "not-a-secret-of-aws",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
            },
            Timeout = TimeSpan.FromMinutes(5),
        };
    }
}
