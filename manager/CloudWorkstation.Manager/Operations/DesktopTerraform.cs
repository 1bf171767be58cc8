using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Templates.Modules;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Says to Terraform what a desktop should be; knows where its workspace, state and files are.</summary>
internal sealed class DesktopTerraform(
    DataPaths paths, ITemplateCatalogue templates, SecretProtector secrets, PlatformFacts platform, OperationDocuments operations, WorkerIdentity worker, TimeProvider time, ManagerOptions options)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Workspace(Desktop desktop) => Path.Combine(paths.Workspaces, desktop.Id);

    public TerraformRequest Request(Desktop desktop, Power power)
    {
        if (StateDirectory(desktop) is { } directory)
        {
            Directory.CreateDirectory(directory, OwnerOnly);
        }

        return new TerraformRequest
        {
            WorkspaceDirectory = Workspace(desktop),
            ModuleDirectory = Module(desktop),
            ModuleVersion = desktop.TemplateVersion,
            Backend = DesktopState.Of(desktop).Backend(paths, options),
            Variables = Variables(desktop, power),
            SecretVariables = new Dictionary<string, string> { ["vnc_password"] = secrets.Open(desktop.ProtectedSecret, desktop.Id) },
            Timeout = options.Terraform.Timeout,
        };
    }

    /// <summary>The same for an attempt that changes something: under its name, and with a way to tell a dead attempt's lock.</summary>
    public TerraformRequest Request(Desktop desktop, Operation operation) => Request(desktop, desktop.Power) with
    {
        Holder = new RunHolder(operation.Id, operation.Attempt, worker.Id),
        OverSince = new LockJudge(operations, operation, time.GetUtcNow()).OverSinceAsync,
    };

    /// <summary>Whether the desktop's module builds outside of this machine.</summary>
    public bool BuildsInCloud(Desktop desktop) => desktop.Machine is not null || TemplateVariables.Of(Module(desktop)).Platform;

    /// <summary>After a successful destroy: nothing of the desktop stays on this machine.</summary>
    public void RemoveFiles(Desktop desktop)
    {
        foreach (var directory in new[] { Path.Combine(paths.Desktops, desktop.Id), StateDirectory(desktop) })
        {
            if (directory is not null)
            {
                PrivateTree.Remove(directory);
            }
        }
    }

    // The copy of a version is kept for the desktops pinned to it, also when the catalogue no longer reads it as valid.
    private string Module(Desktop desktop) =>
        templates.FindVersion(desktop.Template, desktop.TemplateVersion)?.Directory
        ?? Path.Combine(paths.TemplateVersions, desktop.Template, desktop.TemplateVersion);

    private string? StateDirectory(Desktop desktop) => DesktopState.Of(desktop).Directory(paths);

    private JsonObject Variables(Desktop desktop, Power power)
    {
        var variables = new JsonObject
        {
            ["desktop"] = new JsonObject
            {
                ["id"] = desktop.Id,
                ["name"] = desktop.Name,
                ["owner"] = desktop.OwnerName,
                ["environment"] = options.Environment,
                ["directory"] = Path.Combine(paths.Desktops, desktop.Id),
            },
            ["power"] = power == Power.On ? "on" : "off",
        };
        foreach (var (name, value) in desktop.Parameters)
        {
            variables[name] = JsonSerializer.SerializeToNode(value);
        }

        var asked = TemplateVariables.Of(Module(desktop));
        if (asked.Platform && platform.Copy() is { } facts)
        {
            variables[ModuleScan.Platform] = facts;
        }

        if (asked.Placement)
        {
            variables[ModuleScan.Placement] = desktop.Placement;
        }

        return variables;
    }
}
