using System.Diagnostics;
using System.Globalization;
using System.Text;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Worker.Tests.Parts;

/// <summary>An api or a worker as a process, and what it wrote.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    /// <param name="project">Folder in the checkout, built in the configuration of this test.</param>
    public ServiceProcess(string project, int port, IReadOnlyDictionary<string, string> environment)
    {
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        var start = new ProcessStartInfo("dotnet", [Assembly(project)]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = Url;
        start.Environment["DOTNET_gcServer"] = "0";
        // A runtime that is killed leaves its diagnostic sockets behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Url { get; }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <value>Processor time of the process itself, without what it has started.</value>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;
        }
    }

    public Task UntilReadyAsync() => Eventually.HoldsAsync(IsReadyAsync, $"{Url} is ready");

    /// <summary>The sum of a counter over all its labels that hold <paramref name="label"/>.</summary>
    public async Task<double> CounterAsync(string name, string label = "")
    {
        var lines = (await Http.GetStringAsync(Url + "/metrics")).Split('\n');
        return lines.Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>kill -9 for this process alone: what it has started is left to itself.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its end.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"{Url} ended with code {_process.ExitCode}:\n{Output}");
        try
        {
            using var answer = await Http.GetAsync(Url + "/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    private static string Assembly(string project)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Checkout.Find().Root, project, "bin", framework.Parent!.Name, framework.Name, Path.GetFileName(project) + ".dll");
    }
}
