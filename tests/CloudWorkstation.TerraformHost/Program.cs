// A worker reduced to one apply, for tests that kill it: WORKSPACE MODULE BINARY ORPHAN-GRACE-SECONDS [BUCKET KEY OPERATION ATTEMPT].
// With a bucket the state is kept there; where S3 is and who we are to it say AWS's own variables.
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Terraform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
{
    ["Terraform:Binary"] = args[2],
    ["Terraform:OrphanGrace"] = TimeSpan.FromSeconds(int.Parse(args[3])).ToString(),
    ["Terraform:Mirror"] = Environment.GetEnvironmentVariable("CWS_TERRAFORM__MIRROR"),
}).Build();
await using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddTerraform().BuildServiceProvider();
TerraformRequest request = new()
{
    WorkspaceDirectory = args[0],
    ModuleDirectory = args[1],
    ModuleVersion = "1",
    Backend = args.Length > 4 ? InBucket(args[4], args[5]) : new("local", new JsonObject { ["path"] = Path.Combine(args[0], "..", "state", "terraform.tfstate") }),
    Variables = [],
};
if (args.Length > 4)
    request = request with { Holder = new(args[6], int.Parse(args[7]), "host") };
var outcome = await services.GetRequiredService<ITerraformRunner>().ApplyAsync(
    request,
    what =>
    {
        Console.WriteLine(what);
        return ValueTask.CompletedTask;
    },
    CancellationToken.None,
    CancellationToken.None);
Console.WriteLine(outcome);

static TerraformBackend InBucket(string bucket, string key) => new("s3", new JsonObject
{
    ["bucket"] = bucket,
    ["key"] = key,
    ["region"] = Environment.GetEnvironmentVariable("AWS_REGION"),
    ["use_lockfile"] = true,
    ["use_path_style"] = true,
    ["skip_credentials_validation"] = true,
    ["skip_requesting_account_id"] = true,
});
