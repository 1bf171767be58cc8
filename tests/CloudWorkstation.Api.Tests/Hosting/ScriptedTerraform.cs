using System.Collections.Concurrent;
using System.Text.Json;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>
/// Stands where Terraform runs, because what the api does must not depend on a real one being installed. A desktop's name says what happens
/// to it: "fail …" fails, "hold …" waits until the test lets it go, anything else is built at once.
/// </summary>
public sealed class ScriptedTerraform(RfbStub screen) : ITerraformRunner
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> held = new();

    public int Applied { get; private set; }

    public void LetGo(string desktopName) => Gate(desktopName).TrySetResult();

    public async Task<TerraformOutcome> ApplyAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill)
    {
        Applied++;
        var name = request.Variables["desktop"]!["name"]!.GetValue<string>();
        var now = DateTimeOffset.UnixEpoch;
        await report(new TerraformEvent.StageStarted(now, TerraformStage.Apply));
        await report(new TerraformEvent.Line(now, "info", "Building " + name));
        if (name.StartsWith("hold", StringComparison.Ordinal))
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, kill);
            try
            {
                await Gate(name).Task.WaitAsync(both.Token);
            }
            catch (OperationCanceledException)
            {
                return new TerraformOutcome { Failure = TerraformFailureKind.Cancelled, Message = "Cancelled." };
            }
        }

        await report(new TerraformEvent.Line(now, "info", "Built " + name));
        return name.StartsWith("fail", StringComparison.Ordinal)
            ? new TerraformOutcome { Failure = TerraformFailureKind.Template, Message = "The template has an error.", ExitCode = 1 }
            : new TerraformOutcome { Failure = TerraformFailureKind.None, Outputs = Outputs(), ExitCode = 0 };
    }

    public Task<TerraformOutcome> DestroyAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) =>
        Task.FromResult(new TerraformOutcome { Failure = TerraformFailureKind.None, ExitCode = 0 });

    public Task<TerraformPlan> PlanAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill) => Task.FromResult(
        new TerraformPlan(new TerraformOutcome { Failure = TerraformFailureKind.None, ExitCode = 0 }, [new PlannedChange("terraform_data.session", ["delete", "create"], ["triggers_replace"])]));

    public Task RemoveWorkspaceAsync(string workspaceDirectory, CancellationToken cancellationToken) => Task.CompletedTask;

    private TaskCompletionSource Gate(string name) => held.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private Dictionary<string, JsonElement> Outputs() => new()
    {
        ["connection"] = JsonSerializer.SerializeToElement(new { host = "127.0.0.1", port = screen.Port }),
    };
}
