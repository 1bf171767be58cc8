using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Harness.Directories;

/// <summary>A server's process that goes with the one that started it: the shell around it waits for the end of its input.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private const int LinesKept = 60;
    private const string Wrapper = "\"$@\" </dev/null & pid=$!; cat >/dev/null; kill -KILL $pid; wait $pid";

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();

    public ChildServer(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", Wrapper, "sh", program, .. arguments])
            start.ArgumentList.Add(argument);
        process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', output);

    /// <exception cref="TimeoutException">It did not.</exception>
    public async Task WaitForAsync(Func<Task<bool>> answers, string what, TimeSpan limit, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!await answers())
        {
            if (watch.Elapsed > limit)
                throw new TimeoutException($"{what} did not answer within {limit.TotalSeconds:0} s. It said:\n{Output}");
            await Task.Delay(50, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public static async Task<bool> ListensAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} could not be started.");
        var said = await Task.WhenAll(run.StandardOutput.ReadToEndAsync(cancellationToken), run.StandardError.ReadToEndAsync(cancellationToken));
        await run.WaitForExitAsync(cancellationToken);
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {run.ExitCode}: {string.Concat(said)}");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        output.Enqueue(line.Data);
        while (output.Count > LinesKept)
            output.TryDequeue(out _);
    }
}
