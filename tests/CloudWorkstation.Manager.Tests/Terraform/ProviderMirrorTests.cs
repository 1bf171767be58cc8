using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.Providers;
using CloudWorkstation.Manager.Terraform.Workspaces;

namespace CloudWorkstation.Manager.Tests.Terraform;

public sealed class ProviderMirrorTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public void What_the_mirror_holds_is_not_asked_of_a_registry()
    {
        Directory.CreateDirectory(Path.Combine(directory.Path, "registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64"));
        Directory.CreateDirectory(Path.Combine(directory.Path, "example.org/our/tool/1.0.0/linux_amd64"));

        var configuration = new ProviderMirror(directory.Path).CliConfiguration();

        configuration.ShouldContain("""include = ["example.org/our/tool", "registry.terraform.io/hashicorp/aws"]""");
        configuration.ShouldContain("""exclude = ["example.org/our/tool", "registry.terraform.io/hashicorp/aws"]""");
    }

    [Fact]
    public void A_workspace_has_the_configuration_that_its_environment_names()
    {
        var request = Requests.In(directory.Path);
        Workspace workspace = new(request.WorkspaceDirectory);
        var mirror = Directory.CreateDirectory(Path.Combine(directory.Path, "mirror ${x}")).FullName;

        workspace.Materialise(request, new ProviderMirror(mirror).CliConfiguration());

        var file = TerraformEnvironment.Build(new Dictionary<string, string>(), new TerraformOptions { Mirror = mirror }, request, workspace.Home)["TF_CLI_CONFIG_FILE"];
        File.ReadAllText(file).ShouldContain("mirror $${x}");
    }

    public void Dispose() => directory.Dispose();
}
