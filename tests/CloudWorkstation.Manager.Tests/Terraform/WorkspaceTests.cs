using CloudWorkstation.Manager.Terraform.Workspaces;

namespace CloudWorkstation.Manager.Tests.Terraform;

public sealed class WorkspaceTests : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TemporaryDirectory directory = new();

    [Fact]
    public void Backend_and_variables_are_written_as_data_that_only_we_can_read()
    {
        var request = Requests.In(directory.Path) with { Variables = new() { ["name"] = "\"}${file(\"/etc/passwd\")}" } };

        new Workspace(request.WorkspaceDirectory).Materialise(request);

        var variables = Path.Combine(request.WorkspaceDirectory, "desktop.auto.tfvars.json");
        System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(variables))!["name"]!.GetValue<string>().ShouldBe("\"}${file(\"/etc/passwd\")}");
        File.ReadAllText(Path.Combine(request.WorkspaceDirectory, "backend_override.tf.json")).ShouldContain("terraform.tfstate");
        (File.GetUnixFileMode(variables) & Others).ShouldBe(UnixFileMode.None);
        (File.GetUnixFileMode(request.WorkspaceDirectory) & Others).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public void Another_version_replaces_the_files_of_the_one_before()
    {
        var request = Requests.In(directory.Path);
        Workspace workspace = new(request.WorkspaceDirectory);
        File.WriteAllText(Path.Combine(request.ModuleDirectory, "old.tf"), "");
        workspace.Materialise(request);
        File.Delete(Path.Combine(request.ModuleDirectory, "old.tf"));

        workspace.Materialise(request with { ModuleVersion = "2" });

        File.Exists(Path.Combine(request.WorkspaceDirectory, "old.tf")).ShouldBeFalse();
        File.Exists(Path.Combine(request.WorkspaceDirectory, "main.tf")).ShouldBeTrue();
    }

    [Fact]
    public void A_script_may_write_to_its_copy_without_changing_the_kept_version()
    {
        var request = Requests.In(directory.Path);
        new Workspace(request.WorkspaceDirectory).Materialise(request);

        File.AppendAllText(Path.Combine(request.WorkspaceDirectory, "main.tf"), "# changed");

        File.ReadAllText(Path.Combine(request.ModuleDirectory, "main.tf")).ShouldNotContain("changed");
    }

    [Fact]
    public void Copies_keep_the_executable_bit()
    {
        var request = Requests.In(directory.Path);
        var script = Path.Combine(request.ModuleDirectory, "run.sh");
        File.WriteAllText(script, "#!/bin/sh\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        new Workspace(request.WorkspaceDirectory).Materialise(request);

        File.GetUnixFileMode(Path.Combine(request.WorkspaceDirectory, "run.sh")).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        File.GetUnixFileMode(Path.Combine(request.WorkspaceDirectory, "main.tf")).HasFlag(UnixFileMode.UserExecute).ShouldBeFalse();
    }

    [Fact]
    public void Initialised_means_for_this_module_this_backend_and_this_terraform()
    {
        var request = Requests.In(directory.Path);
        Workspace workspace = new(request.WorkspaceDirectory);
        workspace.Materialise(request);
        workspace.MarkInitialised(request, "1.11.4");

        workspace.IsInitialised(request, "1.11.4").ShouldBeTrue();
        workspace.IsInitialised(request with { ModuleVersion = "2" }, "1.11.4").ShouldBeFalse();
        workspace.IsInitialised(request with { Backend = new("local", new() { ["path"] = "/elsewhere" }) }, "1.11.4").ShouldBeFalse();
        workspace.IsInitialised(request, "1.12.0").ShouldBeFalse();
        workspace.MarkUninitialised();
        workspace.IsInitialised(request, "1.11.4").ShouldBeFalse();
    }

    public void Dispose() => directory.Dispose();
}
