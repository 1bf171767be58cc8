using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Terraform.Commands;

namespace CloudWorkstation.Manager.Terraform.Workspaces;

/// <summary>
/// The directory Terraform runs in: the module's files, the backend and the variables, all as data. Two marks say how far it got, so
/// that an interrupted step is done again: <c>.module</c> (every file of this version was copied) and <c>.terraform/initialised</c>.
/// </summary>
internal sealed class Workspace(string directory)
{
    private const string ErroredStateName = "errored.tfstate";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = Private | UnixFileMode.UserExecute;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>HOME of Terraform and of what it starts.</summary>
    public string Home => Path.Combine(Directory, ".home");

    /// <summary>Where Terraform puts a state that it cannot store.</summary>
    public string ErroredState => Path.Combine(Directory, ErroredStateName);

    private string ModuleMark => Path.Combine(Directory, ".module");

    private string DataDirectory => Path.Combine(Directory, ".terraform");

    private string InitialisedMark => Path.Combine(DataDirectory, "initialised");

    /// <param name="request">What to run.</param>
    /// <param name="cliConfiguration">Terraform's CLI configuration, where one is made for it.</param>
    public void Materialise(TerraformRequest request, string? cliConfiguration = null)
    {
        MakePrivateDirectory(Directory);
        if (ReadMark(ModuleMark) != request.ModuleVersion)
            CopyModule(request);
        MakePrivateDirectory(Home);
        if (cliConfiguration is not null)
            Write(Path.Combine(Home, TerraformEnvironment.CliConfiguration), cliConfiguration);
        Write("backend_override.tf.json", BackendOverride(request.Backend));
        Write("desktop.auto.tfvars.json", request.Variables.ToJsonString(Readable));
        if (LocalStatePath(request.Backend) is { } state)
            MakePrivateDirectory(Path.GetDirectoryName(state)!);
    }

    public bool IsInitialised(TerraformRequest request, string terraformVersion) => ReadMark(InitialisedMark) == Stamp(request, terraformVersion);

    /// <summary>Before init: if it is interrupted, the mark is missing and the next run does it again.</summary>
    public void MarkUninitialised()
    {
        MakePrivateDirectory(DataDirectory);
        File.Delete(InitialisedMark);
    }

    public void MarkInitialised(TerraformRequest request, string terraformVersion)
    {
        MakePrivateDirectory(DataDirectory);
        File.WriteAllText(InitialisedMark, Stamp(request, terraformVersion));
    }

    /// <summary>Out of the way, but not lost: somebody may want to see what was in it.</summary>
    public void SetErroredStateAside(DateTimeOffset now) => File.Move(ErroredState, $"{ErroredState}.{now:yyyyMMddTHHmmssfff}", overwrite: true);

    /// <summary>Null when the state is not kept in a file.</summary>
    public static string? LocalStatePath(TerraformBackend backend) =>
        backend.Type == "local" && backend.Settings["path"]?.GetValue<string>() is { } path ? Path.GetFullPath(path) : null;

    public static void Remove(string directory)
    {
        if (System.IO.Directory.Exists(directory))
            System.IO.Directory.Delete(directory, recursive: true);
    }

    private void CopyModule(TerraformRequest request)
    {
        File.Delete(ModuleMark);
        foreach (var entry in new DirectoryInfo(Directory).EnumerateFileSystemInfos())
        {
            // What init downloaded stays: the mark inside decides whether it still fits. So does a state that is nowhere else.
            if (entry.Name == ".terraform" || entry.Name.StartsWith(ErroredStateName, StringComparison.Ordinal))
                continue;
            if (entry is DirectoryInfo { LinkTarget: null } folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }

        CopyTree(request.ModuleDirectory, Directory);
        File.WriteAllText(ModuleMark, request.ModuleVersion);
    }

    // Copies rather than hard links: a script of the template that writes to its own files must not change the kept version.
    private static void CopyTree(string source, string target)
    {
        MakePrivateDirectory(target);
        foreach (var folder in System.IO.Directory.EnumerateDirectories(source))
            CopyTree(folder, Path.Combine(target, Path.GetFileName(folder)));
        foreach (var file in System.IO.Directory.EnumerateFiles(source))
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            File.Copy(file, copy, overwrite: true);
            File.SetUnixFileMode(copy, Private | (File.GetUnixFileMode(file) & UnixFileMode.UserExecute));
        }
    }

    private static string BackendOverride(TerraformBackend backend) => new JsonObject
    {
        ["terraform"] = new JsonObject { ["backend"] = new JsonObject { [backend.Type] = backend.Settings.DeepClone() } },
    }.ToJsonString(Readable);

    private static string Stamp(TerraformRequest request, string terraformVersion)
    {
        var text = $"{request.ModuleVersion}\n{terraformVersion}\n{request.Backend.Type}\n{request.Backend.Settings.ToJsonString()}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string? ReadMark(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    /// <summary>Whole or not at all, and never readable for others, not even for a moment.</summary>
    private void Write(string name, string content)
    {
        var path = Path.Combine(Directory, name);
        var temporary = path + ".new";
        File.Delete(temporary);
        using (FileStream stream = new(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
            stream.Write(Encoding.UTF8.GetBytes(content));
        File.Move(temporary, path, overwrite: true);
    }

    private static void MakePrivateDirectory(string path) => System.IO.Directory.CreateDirectory(path, PrivateDirectory);
}
