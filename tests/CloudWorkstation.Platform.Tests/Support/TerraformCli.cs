using System.Diagnostics;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Platform.Tests.Support;

/// <summary>Terraform as an operator runs it, in a directory of the test.</summary>
internal sealed class TerraformCli(string directory, IReadOnlyDictionary<string, string> environment)
{
    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("CWS_TERRAFORM__BINARY") ?? "terraform", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment.Concat(TerraformMirror.Environment(directory)))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            process.ExitCode.ShouldBe(0, $"terraform {string.Join(' ', arguments)}\n{await output}\n{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
