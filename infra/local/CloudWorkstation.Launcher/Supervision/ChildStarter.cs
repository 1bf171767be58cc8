using System.Collections.Concurrent;
using System.Diagnostics;

namespace CloudWorkstation.Launcher.Supervision;

/// <summary>
/// Starts processes that do not outlive this one, in a session of their own so that the terminal's Ctrl-C reaches only the launcher.
/// The kernel sends the signal of <c>setpriv --pdeathsig</c> when the <i>thread</i> that started the child ends, hence one thread that lives as long as the process.
/// </summary>
public sealed class ChildStarter : IDisposable
{
    private readonly BlockingCollection<Action> _requests = [];

    public ChildStarter() => new Thread(Work) { IsBackground = true, Name = "child starter" }.Start();

    public Task<Process> StartAsync(ServiceDefinition definition)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(Describe(definition)) ?? throw new InvalidOperationException($"{definition.File} did not start."));
            }
            catch (Exception failure)
            {
                // Handed to whoever asked; this thread must live on.
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    public void Dispose() => _requests.CompleteAdding();

    private void Work()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
            request();
    }

    private static ProcessStartInfo Describe(ServiceDefinition definition)
    {
        var start = new ProcessStartInfo("setsid") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])["setpriv", "--pdeathsig", "TERM", "--", definition.File, .. definition.Arguments])
            start.ArgumentList.Add(argument);
        foreach (var name in definition.Removed)
            start.Environment.Remove(name);
        foreach (var (name, value) in definition.Environment)
            start.Environment[name] = value;
        return start;
    }
}
