// A worker reduced to one apply, for tests that kill it: WORKSPACE MODULE BINARY ORPHAN-GRACE-SECONDS.
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Terraform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
{
    ["Terraform:Binary"] = args[2],
    ["Terraform:OrphanGrace"] = TimeSpan.FromSeconds(int.Parse(args[3])).ToString(),
}).Build();
await using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddTerraform().BuildServiceProvider();
TerraformRequest request = new()
{
    WorkspaceDirectory = args[0],
    ModuleDirectory = args[1],
    ModuleVersion = "1",
    Backend = new("local", new JsonObject { ["path"] = Path.Combine(args[0], "..", "state", "terraform.tfstate") }),
    Variables = [],
};
await services.GetRequiredService<ITerraformRunner>().ApplyAsync(
    request,
    what =>
    {
        Console.WriteLine(what);
        return ValueTask.CompletedTask;
    },
    CancellationToken.None,
    CancellationToken.None);
