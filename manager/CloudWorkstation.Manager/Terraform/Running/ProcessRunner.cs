using System.Diagnostics;

namespace CloudWorkstation.Manager.Terraform.Running;

/// <summary>One process to run. Secrets are in the environment only.</summary>
internal sealed record ProcessRequest(
    string Binary,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment);

/// <summary>Two ways to stop a run, and a deadline that acts like the first.</summary>
internal sealed record StopSignals(CancellationToken Cancel, CancellationToken Kill, CancellationToken Deadline);

internal enum StopReason
{
    None,
    Cancelled,
    Killed,
    TimedOut,
}

/// <param name="ExitCode">Null when the process could not be ended.</param>
/// <param name="Stopped">Why we stopped it; None when it ended by itself.</param>
internal sealed record ProcessResult(int? ExitCode, StopReason Stopped);

/// <summary>
/// Runs a program under the <see cref="Supervisor"/>: line by line, interruptible, with every wait bounded. On System.Diagnostics.Process
/// rather than a library around it, because what is special here (a process group, SIGINT to all of it, bytes with back-pressure instead
/// of unbounded line events) is what such libraries hide.
/// </summary>
internal sealed class ProcessRunner(TimeSpan grace, TimeSpan orphanGrace, TimeProvider time, int maximumLineBytes = ProcessRunner.DefaultLineBytes)
{
    public const int DefaultLineBytes = 1024 * 1024;

    private static readonly TimeSpan GroupWait = TimeSpan.FromMilliseconds(20);

    // Short, because where nobody reaps orphans (a container without an init) the dead stay in the table.
    private static readonly TimeSpan GoneWait = TimeSpan.FromSeconds(2);

    // After a kill, and for descriptors that a daemon of a template failed to close.
    private static readonly TimeSpan EndWait = TimeSpan.FromSeconds(10);

    /// <summary>Calls <paramref name="onLine"/> for each line, one at a time. What it throws ends the process and comes back out of here.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The supervisor cannot be started.</exception>
    public async Task<ProcessResult> RunAsync(ProcessRequest request, Func<string, bool, ValueTask> onLine, StopSignals signals)
    {
        using var process = Start(request);
        using LinePump lines = new(onLine, maximumLineBytes);
        var output = Task.WhenAll(
            lines.PumpAsync(process.StandardOutput.BaseStream, isError: false), lines.PumpAsync(process.StandardError.BaseStream, isError: true));
        var exited = process.WaitForExitAsync(CancellationToken.None);
        var stopped = await SuperviseAsync(process.Id, exited, lines.Failed, signals);
        await FinishAsync(output, lines);
        return new(exited.IsCompleted ? process.ExitCode : null, stopped);
    }

    private Process Start(ProcessRequest request)
    {
        ProcessStartInfo start = new(Supervisor.Executable, Supervisor.Arguments(orphanGrace, request.Binary, request.Arguments))
        {
            WorkingDirectory = request.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in request.Environment)
            start.Environment[name] = value;
        // The child is no group leader, so setsid does not fork: the process id is the group's.
        return Process.Start(start) ?? throw new InvalidOperationException($"'{Supervisor.Executable}' did not start.");
    }

    private async Task<StopReason> SuperviseAsync(int group, Task exited, Task failed, StopSignals signals)
    {
        using Signal cancel = new(signals.Cancel), kill = new(signals.Kill), deadline = new(signals.Deadline);
        await Task.WhenAny(exited, cancel.Raised, kill.Raised, deadline.Raised, failed);
        if (exited.IsCompleted)
            return StopReason.None;

        var reason = kill.IsRaised ? StopReason.Killed : cancel.IsRaised ? StopReason.Cancelled : deadline.IsRaised ? StopReason.TimedOut : StopReason.None;
        if (cancel.IsRaised || deadline.IsRaised)
            await InterruptAsync(group, exited, kill, failed);
        if (exited.IsCompleted)
            return reason;

        ProcessGroup.SendKill(group);
        await Task.WhenAny(exited, Task.Delay(EndWait, time));
        await UntilGoneAsync(group);
        return kill.IsRaised && reason != StopReason.TimedOut ? StopReason.Killed : reason;
    }

    private async Task InterruptAsync(int group, Task exited, Signal kill, Task failed)
    {
        using CancellationTokenSource ended = new();
        var over = Task.WhenAny(exited, kill.Raised, failed, Task.Delay(grace, time, ended.Token));
        // A process started a moment ago has not made its group yet. One that was reached is not asked again: Terraform takes a second
        // SIGINT as leave to lose its state.
        while (!over.IsCompleted && !ProcessGroup.SendInterrupt(group))
            await Task.WhenAny(over, Task.Delay(GroupWait, time));
        await over;
        await ended.CancelAsync();
    }

    // The supervisor's end is not its group's: the next run must not meet a Terraform that is still dying and holds the state's lock.
    private async Task UntilGoneAsync(int group)
    {
        var begun = time.GetTimestamp();
        while (ProcessGroup.Exists(group) && time.GetElapsedTime(begun) < GoneWait)
            await Task.Delay(GroupWait, time);
    }

    private async Task FinishAsync(Task output, LinePump lines)
    {
        try
        {
            await output.WaitAsync(EndWait, time);
        }
        catch (TimeoutException)
        {
            // Somebody still holds the pipes; what Terraform itself had to say has arrived.
            await lines.StopAsync();
        }
    }

    /// <summary>A token as a task.</summary>
    private sealed class Signal : IDisposable
    {
        private readonly TaskCompletionSource raised = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenRegistration registration;

        public Signal(CancellationToken token) => registration = token.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), raised);

        public Task Raised => raised.Task;

        public bool IsRaised => raised.Task.IsCompleted;

        public void Dispose() => registration.Dispose();
    }
}
