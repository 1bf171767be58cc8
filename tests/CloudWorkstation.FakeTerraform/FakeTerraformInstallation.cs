namespace CloudWorkstation.FakeTerraform;

/// <summary>
/// Puts the scripted Terraform into a directory as an executable called <c>terraform</c>. The script is a file beside it, so it reaches
/// the program however narrow the environment it is started with.
/// </summary>
public sealed class FakeTerraformInstallation
{
    public const string ScriptVariable = "FAKE_TERRAFORM_SCRIPT";

    private FakeTerraformInstallation(string directory) => Directory = directory;

    public string Directory { get; }

    public string Binary => Path.Combine(Directory, "terraform");

    /// <value>One line per call: process id, then the arguments.</value>
    public IReadOnlyList<string> Calls => File.Exists(CallsOf(Script)) ? File.ReadAllLines(CallsOf(Script)) : [];

    /// <value>The environment of the last call, <c>NAME=value</c>.</value>
    public IReadOnlyList<string> LastEnvironment => File.ReadAllLines(EnvironmentOf(Script));

    private string Script => Path.Combine(Directory, "script.json");

    public static FakeTerraformInstallation Create(string directory, FakeScript script)
    {
        System.IO.Directory.CreateDirectory(directory);
        FakeTerraformInstallation installation = new(directory);
        installation.Use(script);
        var program = Path.Combine(AppContext.BaseDirectory, "CloudWorkstation.FakeTerraform.dll");
        var dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        File.WriteAllText(installation.Binary, $"#!/bin/sh\n{ScriptVariable}='{installation.Script}' DOTNET_TieredPGO=0 exec '{dotnet}' '{program}' \"$@\"\n");
        File.SetUnixFileMode(installation.Binary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return installation;
    }

    public void Use(FakeScript script) => script.Save(Script);

    internal static string CallsOf(string script) => script + ".calls";

    internal static string EnvironmentOf(string script) => script + ".environment";
}
