using System.Diagnostics;
using CloudWorkstation.Launcher.Cloud;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Doctor;

/// <summary>Whether the bucket that recordings are to be kept in can be written, read and emptied. Only the api's program can tell: it is asked.</summary>
public static class RecordingsCheck
{
    private const string Code = "recordings";
    private const string Bucket = "CWS_RECORDINGS__BUCKET";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>Null where recordings are files: their disk is looked at as all the data's is.</summary>
    public static async Task<Finding?> RunAsync(StackOptions options, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Bucket)))
            return null;
        var program = Checkout.Find().Assembly("api/CloudWorkstation.Api");
        if (!File.Exists(program))
            return new Finding(Code, Verdict.Warn, $"whether {Bucket} can be written is not known before the product is built", "./workstation build");
        var start = new ProcessStartInfo("dotnet", [program, "recordings", "check"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var aws = new AwsSettings(options);
        foreach (var name in aws.Removed)
            start.Environment.Remove(name);
        foreach (var (name, value) in aws.Standard().Where(setting => setting.Value is not null))
            start.Environment[name] = value;
        return await AskAsync(start, cancellationToken);
    }

    public static Finding Judge(int exitCode, string output) => (exitCode, output.Trim().Split('\n', 2)) switch
    {
        (0, [var text, ..]) => new Finding(Code, Verdict.Ok, text),
        (_, [var text, var fix]) => new Finding(Code, Verdict.Fail, text, fix.ReplaceLineEndings(" ")),
        (_, [var text, ..]) => new Finding(Code, Verdict.Fail, $"the api's program could not tell whether {Bucket} can be written: {text}", "See docs/recordings.md."),
        _ => new Finding(Code, Verdict.Fail, $"the api's program said nothing of {Bucket}", "See docs/recordings.md."),
    };

    private static async Task<Finding> AskAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start) ?? throw new LauncherException("dotnet could not be started.");
        try
        {
            var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return Judge(process.ExitCode, output[0].Length > 0 ? output[0] : output[1]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return Judge(1, $"S3 did not answer within {Limit.TotalSeconds:0} s\nLook at the network, AWS_REGION and AWS_ENDPOINT_URL.");
        }
    }
}
