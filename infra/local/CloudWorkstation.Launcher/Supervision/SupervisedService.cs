using System.Diagnostics;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.Launcher.Supervision;

/// <summary>Keeps one service running until told to stop: starts it, notes its process, writes its log, starts it again when it dies.</summary>
public sealed class SupervisedService(ServiceDefinition definition, DataDirectory data, ChildStarter starter, TimeProvider time, Action<string> tell) : IDisposable
{
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(50);

    private readonly RotatingLog _log = new(Path.Combine(data.Logs, definition.Name + ".log"));
    private readonly CancellationTokenSource _stop = new();
    private readonly Backoff _backoff = new();
    private Task _running = Task.CompletedTask;
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _deaths;

    public string Name => definition.Name;

    public bool IsIrreplaceable => definition.IsIrreplaceable;

    public string LogPath => _log.Path;

    /// <value>Ends when an irreplaceable service has; never otherwise.</value>
    public Task Lost => _lost.Task;

    public void Start() => _running = RunAsync(_stop.Token);

    /// <summary>Until it answers; fails when it has died often or the limit has passed.</summary>
    public async Task WaitUntilReadyAsync(ReadyProbe probe, TimeSpan limit, CancellationToken cancellationToken)
    {
        const int tooManyDeaths = 4;
        var begun = time.GetTimestamp();
        while (!await probe.AnswersAsync(definition.Ready, cancellationToken))
        {
            if (_deaths >= (definition.IsIrreplaceable ? 1 : tooManyDeaths))
                throw new LauncherException($"{Name} does not start.", LastWords());
            if (time.GetElapsedTime(begun) > limit)
                throw new LauncherException($"{Name} was not ready within {limit.TotalSeconds:0} s.", LastWords());
            await Task.Delay(ReadyPoll, time, cancellationToken);
        }
    }

    /// <summary>Asks the process to end, and ends it by force after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _grace = grace;
        await _stop.CancelAsync();
        await _running;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _log.Dispose();
    }

    private TimeSpan _grace = TimeSpan.FromSeconds(10);

    private async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            var ending = await RunOnceAsync(stop);
            if (stop.IsCancellationRequested)
                return;
            Interlocked.Increment(ref _deaths);
            if (definition.IsIrreplaceable)
            {
                tell($"{Name} {ending} (log: {LogPath})");
                _lost.SetResult();
                return;
            }

            var delay = _backoff.After(time.GetElapsedTime(begun));
            tell($"{Name} {ending}; starting it again in {delay.TotalSeconds:0.#} s (log: {LogPath})");
            await Task.Delay(delay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> RunOnceAsync(CancellationToken stop)
    {
        try
        {
            if (definition.Before is { } before && await RunProcessAsync(before, stop) is var code and not 0)
                return $"could not be prepared (exit {code})";
            return $"ended (exit {await RunProcessAsync(definition, stop)})";
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            _log.WriteLine(failure.ToString());
            return $"could not be started ({failure.Message})";
        }
    }

    private async Task<int> RunProcessAsync(ServiceDefinition what, CancellationToken stop)
    {
        _log.WriteLine($"--- {time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} starting {what.File} {string.Join(' ', what.Arguments)}");
        using var process = await starter.StartAsync(what);
        process.StandardInput.Close();
        new ProcessRecord(what.Name, process.Id, ProcessTable.StartTime(process.Id) ?? 0).Save(data);
        var output = Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));
        await process.WaitForExitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            await EndAsync(process);
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None));
        ProcessRecord.Remove(data, what.Name);
        return process.ExitCode;
    }

    private async Task EndAsync(Process process)
    {
        _ = Native.Signal(process.Id, Native.Terminate);
        using var limit = new CancellationTokenSource(_grace, time);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (process.HasExited)
            return;
        tell($"{Name} did not stop within {_grace.TotalSeconds:0} s; killing it");
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private async Task CopyAsync(StreamReader from)
    {
        while (await from.ReadLineAsync(CancellationToken.None) is { } line)
            _log.WriteLine(line);
    }

    private string LastWords() => $"The end of {LogPath}:\n    {string.Join("\n    ", RotatingLog.Tail(LogPath, 15))}";
}
