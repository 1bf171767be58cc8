using System.Diagnostics;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Benchmarks.TerraformRuns;

/// <summary>A way to bring a desktop to a power state, from nothing too.</summary>
internal interface IWay
{
    Task ApplyAsync(DesktopInAccount desktop, bool on, CancellationToken cancellationToken);
}

/// <summary>As the manager does it: its runner, with everything that it has of it.</summary>
internal sealed class OurWay(ITerraformRunner runner) : IWay
{
    public async Task ApplyAsync(DesktopInAccount desktop, bool on, CancellationToken cancellationToken)
    {
        var variables = desktop.Account.Variables(desktop.Id, on);
        variables["proxy"] = "dedicated";
        TerraformRequest request = new()
        {
            WorkspaceDirectory = Path.Combine(desktop.Directory, "workspace"),
            ModuleDirectory = Account.Template,
            ModuleVersion = "bench",
            Backend = new("s3", desktop.Account.Backend(desktop.Id)),
            Variables = variables,
            SecretVariables = new Dictionary<string, string> { ["vnc_password"] = "benchpwd" },
        };
        var outcome = await runner.ApplyAsync(request, static _ => ValueTask.CompletedTask, cancellationToken, cancellationToken);
        if (!outcome.Succeeded)
            throw new InvalidOperationException($"{outcome.Message}\n{string.Join('\n', outcome.Diagnostics)}");
    }
}

/// <summary><c>terraform init</c> once, then <c>terraform apply</c>, in a directory with a module's files.</summary>
internal sealed class PlainWay(string module, bool ours) : IWay
{
    public async Task ApplyAsync(DesktopInAccount desktop, bool on, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(desktop.Directory, "plain");
        var isNew = !Directory.Exists(directory);
        if (isNew)
            await PrepareAsync(desktop, directory, cancellationToken);
        var variables = desktop.Account.Variables(desktop.Id, on);
        if (ours)
            variables["proxy"] = "dedicated";
        await File.WriteAllTextAsync(Path.Combine(directory, "desktop.auto.tfvars.json"), variables.ToJsonString(), cancellationToken);
        if (isNew)
            await TerraformAsync(directory, ["init", "-input=false", "-no-color"], cancellationToken);
        await TerraformAsync(directory, ["apply", "-input=false", "-auto-approve", "-no-color"], cancellationToken);
    }

    private async Task PrepareAsync(DesktopInAccount desktop, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await RunAsync("cp", ["--recursive", "--dereference", module + "/.", directory], directory, new Dictionary<string, string>(), cancellationToken);
        JsonObject backend = new() { ["terraform"] = new JsonObject { ["backend"] = new JsonObject { ["s3"] = desktop.Account.Backend(desktop.Id) } } };
        await File.WriteAllTextAsync(Path.Combine(directory, "backend_override.tf.json"), backend.ToJsonString(), cancellationToken);
        // Both begin with the lock file that a template ships.
        File.Copy(Path.Combine(Account.Template, ".terraform.lock.hcl"), Path.Combine(directory, ".terraform.lock.hcl"), overwrite: true);
    }

    private static Task TerraformAsync(string directory, string[] arguments, CancellationToken cancellationToken) =>
        RunAsync("terraform", arguments, directory, TerraformMirror.Environment(directory), cancellationToken);

    private static async Task RunAsync(string program, string[] arguments, string directory, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["TF_VAR_vnc_password"] = "benchpwd";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{output[1]}");
    }
}
