using System.Collections.Concurrent;
using System.Text.Json;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>A run as a test wants it: may report, wait for its tokens, fail, or never come back.</summary>
public delegate Task<TerraformOutcome> ScriptedRun(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill);

/// <summary>Terraform for fault behaviour only: plays the runs it was given, then succeeds.</summary>
public sealed class ScriptedTerraform(int screenPort) : ITerraformRunner
{
    private readonly ConcurrentQueue<ScriptedRun> script = new();

    /// <value>What was asked, in order.</value>
    public ConcurrentQueue<(string Command, TerraformRequest Request)> Calls { get; } = new();

    public IReadOnlyList<PlannedChange> Plan { get; set; } = [];

    /// <value>What a run says of the machine it built; null for a template without one.</value>
    public object? Machine { get; set; }

    public string ScreenHost { get; set; } = "127.0.0.1";

    public int ScreenPort { get; set; } = screenPort;

    public void Next(ScriptedRun run) => script.Enqueue(run);

    public void NextFails(TerraformFailureKind kind, string message = "as scripted") =>
        Next((_, _, _, _) => Task.FromResult(new TerraformOutcome { Failure = kind, Message = message }));

    /// <summary>The next run ends only when it is told to; the result completes when it has begun.</summary>
    public Task NextWaitsForCancel()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Next(async (_, _, cancel, kill) =>
        {
            begun.SetResult();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, kill);
            await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            return new TerraformOutcome { Failure = TerraformFailureKind.Cancelled };
        });
        return begun.Task;
    }

    /// <summary>The next run goes on, whatever it is asked, until it is killed; the results complete when it has begun and when it is killed.</summary>
    public (Task Begun, Task Killed) NextHasToBeKilled(TerraformFailureKind failure)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Next(async (_, _, _, kill) =>
        {
            kill.Register(killed.SetResult);
            begun.SetResult();
            await killed.Task;
            return new TerraformOutcome { Failure = failure };
        });
        return (begun.Task, killed.Task);
    }

    /// <summary>The next run hangs until it is released.</summary>
    public (Task Begun, TaskCompletionSource Release) NextHangs()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Next(async (_, _, _, _) =>
        {
            begun.SetResult();
            await release.Task;
            return Success();
        });
        return (begun.Task, release);
    }

    public TerraformOutcome Success() => new()
    {
        Failure = TerraformFailureKind.None,
        Outputs = new Dictionary<string, JsonElement>
        {
            ["connection"] = JsonSerializer.SerializeToElement(new { host = ScreenHost, port = ScreenPort }),
            ["machine"] = JsonSerializer.SerializeToElement(Machine),
            ["details"] = JsonSerializer.SerializeToElement(new[] { new { label = "Host", value = "here" } }),
        },
    };

    public Task<TerraformOutcome> ApplyAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) =>
        RunAsync("apply", request, report, cancel, kill);

    public Task<TerraformOutcome> DestroyAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) =>
        RunAsync("destroy", request, report, cancel, kill);

    public Task<TerraformPlan> PlanAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill)
    {
        Calls.Enqueue(("plan", request));
        return Task.FromResult(new TerraformPlan(Success(), Plan));
    }

    public Task RemoveWorkspaceAsync(string workspaceDirectory, CancellationToken cancellationToken)
    {
        if (Directory.Exists(workspaceDirectory))
        {
            Directory.Delete(workspaceDirectory, recursive: true);
        }

        return Task.CompletedTask;
    }

    private async Task<TerraformOutcome> RunAsync(string command, TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill)
    {
        Calls.Enqueue((command, request));
        return script.TryDequeue(out var run) ? await run(request, report, cancel, kill) : Success();
    }
}
