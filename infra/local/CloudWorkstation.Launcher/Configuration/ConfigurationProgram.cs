using System.Diagnostics;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Configuration;

/// <summary>Asks the api's program, which knows every section, about a file. Problems go to the terminal; a text with secrets comes through a pipe.</summary>
internal static class ConfigurationProgram
{
    public static async Task<(bool Valid, string Text)> RunAsync(string what, string file, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[Checkout.Find().Assembly("api/CloudWorkstation.Api"), "configuration", what, file])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new LauncherException("dotnet could not be started.");
        var text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode == 0, text);
    }
}
