using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Terraform.Running;

namespace CloudWorkstation.Manager.Terraform.Providers;

/// <summary>
/// A provider that waits for Terraform to attach to it, started with its debug flag: loading it and its schema is most of the work of a
/// run. In a process group of its own, so that asking Terraform to stop does not end the provider under it.
/// </summary>
internal sealed partial class ProviderProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <remarks>When the worker is gone the provider stays for as long as an orphaned Terraform may need it, then ends.</remarks>
    private const string Script =
        """
        grace=$1
        shift
        exec 3<&0 </dev/null
        (
          exec >/dev/null 2>&1
          read -r _ <&3
          sleep "$grace"
          kill -KILL 0
        ) &
        exec 3<&-
        exec "$@"
        """;

    private readonly Process process;
    private readonly DirectoryInfo home;

    private ProviderProcess(Process process, DirectoryInfo home, string attachment, DateTimeOffset startedAt)
    {
        this.process = process;
        this.home = home;
        Attachment = attachment;
        StartedAt = startedAt;
    }

    /// <value>What TF_REATTACH_PROVIDERS has to say.</value>
    public string Attachment { get; }

    public DateTimeOffset StartedAt { get; }

    public int Runs { get; set; }

    public DateTimeOffset IdleSince { get; set; }

    public bool IsAlive => !process.HasExited;

    public int Id => process.Id;

    /// <returns>Null when it did not come up.</returns>
    public static async Task<ProviderProcess?> StartAsync(
        string binary, IReadOnlyDictionary<string, string> environment, TimeSpan grace, TimeProvider time, CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("cws-provider-");
        Process? started = null;
        try
        {
            started = Process.Start(Start(binary, environment, grace, directory.FullName))!;
            _ = started.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(StartLimit);
            if (await AttachmentAsync(started.StandardOutput, limit.Token) is { } attachment)
            {
                _ = started.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new(started, directory, attachment, time.GetUtcNow());
            }
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or OperationCanceledException)
        {
            // Without it Terraform starts the provider itself; a stop is the run's to notice.
        }

        End(started, directory);
        return null;
    }

    public void Dispose() => End(process, home);

    private static ProcessStartInfo Start(string binary, IReadOnlyDictionary<string, string> environment, TimeSpan grace, string home)
    {
        string[] arguments = ["/bin/sh", "-c", Script, "cws-provider", Math.Ceiling(grace.TotalSeconds).ToString(CultureInfo.InvariantCulture), binary, "-debug"];
        ProcessStartInfo start = new(Supervisor.Executable, arguments)
        {
            WorkingDirectory = home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["HOME"] = home;
        // Its socket: nobody else may reach it.
        start.Environment["TMPDIR"] = home;
        return start;
    }

    private static async Task<string?> AttachmentAsync(StreamReader output, CancellationToken stop)
    {
        while (await output.ReadLineAsync(stop) is { } line)
        {
            if (Reattach().Match(line) is { Success: true } found)
                return found.Groups["value"].Value;
        }

        return null;
    }

    private static void End(Process? ended, DirectoryInfo directory)
    {
        if (ended is not null)
        {
            // The group also when the provider itself has ended: its watcher waits for our end of the pipe.
            if (!ProcessGroup.SendKill(ended.Id) && !ended.HasExited)
                ended.Kill();
            ended.Dispose();
        }

        try
        {
            directory.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The dying process was just making its socket there; temporary files are somebody's to clean.
        }
    }

    [GeneratedRegex("TF_REATTACH_PROVIDERS='(?<value>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reattach();
}
