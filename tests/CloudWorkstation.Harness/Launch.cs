using System.Diagnostics;
using System.Text;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Harness;

/// <summary>One run of the launcher, and what it printed.</summary>
public sealed class Launch : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    public Launch(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Checkout.Find().Assembly("infra/local/CloudWorkstation.Launcher"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public async Task UntilReadyAsync()
    {
        if (await Task.WhenAny(_ready.Task, _process.WaitForExitAsync()) != _ready.Task)
            throw new InvalidOperationException($"The launcher ended before the product was ready:\n{Output}");
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.AppendLine(line);
            if (line.Contains("Press Ctrl-C", StringComparison.Ordinal))
                _ready.TrySetResult();
        }
    }
}
