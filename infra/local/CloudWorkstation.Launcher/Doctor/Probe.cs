using System.ComponentModel;
using System.Diagnostics;

namespace CloudWorkstation.Launcher.Doctor;

/// <summary>What a program answered to a question.</summary>
internal sealed record Probe(int ExitCode, string Output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Null when there is no such program.</summary>
    public static async Task<Probe?> RunAsync(string program, string arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new Probe(process.ExitCode, string.Concat(output));
        }
        catch (Win32Exception)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Probe(-1, $"{program} did not answer within {Limit.TotalSeconds:0} s");
        }
    }
}
