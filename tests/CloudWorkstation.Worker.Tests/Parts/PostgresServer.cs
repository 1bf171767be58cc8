using System.Diagnostics;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Worker.Tests.Parts;

/// <summary>A PostgreSQL server of the test's own: a Unix socket in its own directory, no TCP, nothing flushed to disk.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly string _directory;
    private readonly Process _process;

    private PostgresServer(string directory)
    {
        _directory = directory;
        string[] settings = ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=60"];
        _process = Process.Start(AsUnprivileged(directory, Program("postgres"), ["-D", Data, "-k", directory, .. settings.SelectMany(setting => (string[])["-c", setting])]))!;
        // Read and forgotten, so that it never waits for us.
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public string ConnectionString => $"Host={_directory};Username={User};Database=postgres";

    private string Data => Path.Combine(_directory, "data");

    public static async Task<PostgresServer> StartAsync(string directory)
    {
        if (Environment.IsPrivilegedProcess)
            await RunAsync(new ProcessStartInfo("install", ["-d", "-o", User, "-g", User, "-m", "700", directory]) { RedirectStandardError = true, UseShellExecute = false });
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string[] options = ["--username", User, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"];
        await RunAsync(AsUnprivileged(directory, Program("initdb"), ["--pgdata", Path.Combine(directory, "data"), .. options]));
        var server = new PostgresServer(directory);
        await Eventually.HoldsAsync(server.AcceptsAsync, "PostgreSQL accepts connections");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // The server's other processes end by themselves when this one is gone.
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> AcceptsAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"PostgreSQL ended with code {_process.ExitCode}.");
        using var asked = Process.Start(Program("pg_isready"), ["--quiet", "--host", _directory, "--username", User]);
        await asked.WaitForExitAsync();
        return asked.ExitCode == 0;
    }

    private static ProcessStartInfo AsUnprivileged(string directory, string program, IReadOnlyList<string> arguments)
    {
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = directory;
        start.UseShellExecute = false;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        return start;
    }

    private static string Program(string name) =>
        Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", name)).Order(StringComparer.Ordinal).Last(File.Exists);

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = start.RedirectStandardOutput ? process.StandardOutput.ReadToEndAsync() : Task.FromResult("");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}\n{error}{await output}");
    }
}
