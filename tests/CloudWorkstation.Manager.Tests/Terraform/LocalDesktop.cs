using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>A desktop of a template of this repository on this machine, driven as the manager drives it: catalogue, workspace, real Terraform.</summary>
internal sealed class LocalDesktop : IAsyncDisposable
{
    public const string Password = "Zq7xWv3k";

    private readonly TemporaryDirectory root = new();
    private readonly TemplateCatalogue catalogue;
    private readonly TerraformRunner runner = new(new TerraformOptions { Grace = TimeSpan.FromSeconds(20) }, TimeProvider.System);
    private readonly Template template;

    public LocalDesktop(string templateName = "local-vnc")
    {
        catalogue = new(Path.Combine(RepositoryRoot(), "terraform", "templates"), new DataPaths(root.Path), TimeProvider.System, NullLogger<TemplateCatalogue>.Instance);
        template = catalogue.Find(templateName).ShouldNotBeNull(string.Join('\n', catalogue.Entries.SelectMany(entry => entry.Problems)));
    }

    public Template Template => template;

    public List<TerraformEvent> Events { get; } = [];

    public string Root => root.Path;

    public string Directory => root.File("desktops/abcdefghijkl");

    public string Home => Path.Combine(Directory, "home");

    public string Geometry { get; set; } = "1280x720";

    private Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>As on a machine whose kernel allows no user namespaces.</summary>
    public void WithoutSandbox()
    {
        System.IO.Directory.CreateDirectory(root.File("bin"));
        var refusing = root.File("bin/bwrap");
        File.WriteAllText(refusing, "#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n");
        File.SetUnixFileMode(refusing, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Environment["PATH"] = $"{root.File("bin")}:{System.Environment.GetEnvironmentVariable("PATH")}";
    }

    public IReadOnlyList<int> Screens => Processes.With($"CWS_DESKTOP_DIRECTORY={Directory}", "Xtigervnc");

    public IReadOnlyList<int> AllProcesses => Processes.With($"CWS_DESKTOP_DIRECTORY={Directory}");

    public async Task<int> ApplyAsync(string power = "on") => await ApplyAsync(power, Keep);

    public async Task<int> ApplyAsync(string power, Func<TerraformEvent, ValueTask> report)
    {
        var outcome = await TryApplyAsync(power, report);
        outcome.Succeeded.ShouldBeTrue($"{outcome.Message} {string.Join('\n', outcome.Diagnostics)}");
        var connection = outcome.Outputs.GetValueOrDefault("connection");
        return connection.ValueKind == System.Text.Json.JsonValueKind.Object ? connection.GetProperty("port").GetInt32() : 0;
    }

    public Task<TerraformOutcome> TryApplyAsync(string power, Func<TerraformEvent, ValueTask> report) =>
        runner.ApplyAsync(Request(power), report, CancellationToken.None, CancellationToken.None);

    public Task<TerraformPlan> PlanAsync() => runner.PlanAsync(Request("on"), Keep, CancellationToken.None, CancellationToken.None);

    public Task<TerraformOutcome> DestroyAsync() => runner.DestroyAsync(Request("on"), Keep, CancellationToken.None, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await DestroyAsync();
        foreach (var pid in AllProcesses)
            System.Diagnostics.Process.GetProcessById(pid).Kill();
        catalogue.Dispose();
        root.Dispose();
    }

    public static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CloudWorkstation.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        return directory.FullName;
    }

    private ValueTask Keep(TerraformEvent what)
    {
        Events.Add(what);
        return ValueTask.CompletedTask;
    }

    private TerraformRequest Request(string power) => new()
    {
        WorkspaceDirectory = root.File("workspaces/abcdefghijkl"),
        ModuleDirectory = template.Directory,
        ModuleVersion = template.Version,
        Backend = new("local", new JsonObject { ["path"] = root.File("states/abcdefghijkl/terraform.tfstate") }),
        Variables = new()
        {
            ["desktop"] = new JsonObject
            {
                ["id"] = "abcdefghijkl",
                ["name"] = "Test \"${x}\" desktop",
                ["owner"] = "me",
                ["environment"] = "test",
                ["directory"] = Directory,
            },
            ["power"] = power,
            ["geometry"] = Geometry,
        },
        SecretVariables = new Dictionary<string, string>(StringComparer.Ordinal) { ["vnc_password"] = Password },
        Environment = Environment,
        Timeout = TimeSpan.FromMinutes(2),
    };
}
