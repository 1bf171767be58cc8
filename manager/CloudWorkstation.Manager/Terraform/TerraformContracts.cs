using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudWorkstation.Manager.Terraform;

/// <summary>Where state is kept.</summary>
/// <param name="Type">Terraform's name of the backend: <c>local</c> or <c>s3</c>.</param>
/// <param name="Settings">The backend block's arguments, written as JSON into <c>backend_override.tf.json</c>; no secrets.</param>
public sealed record TerraformBackend(string Type, JsonObject Settings);

/// <summary>Everything one run needs. Knows nothing of desktops.</summary>
public sealed record TerraformRequest
{
    /// <value>The workspace: created if absent, 0700; one run at a time.</value>
    public required string WorkspaceDirectory { get; init; }

    /// <value>The module's files (immutable).</value>
    public required string ModuleDirectory { get; init; }

    /// <value>Names the module's content; <c>init</c> is skipped while it and the backend are unchanged.</value>
    public required string ModuleVersion { get; init; }

    public required TerraformBackend Backend { get; init; }

    /// <value>Written as <c>desktop.auto.tfvars.json</c>; no secrets.</value>
    public required JsonObject Variables { get; init; }

    /// <value>Variable name → value, passed as <c>TF_VAR_name</c> and redacted from every line that comes back.</value>
    public IReadOnlyDictionary<string, string> SecretVariables { get; init; } = new Dictionary<string, string>();

    /// <value>Further environment of the process, beyond the allow-list (for example <c>AWS_ENDPOINT_URL</c>).</value>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <value>Hard limit of the run; null for none.</value>
    public TimeSpan? Timeout { get; init; }

    /// <value>Who runs it, for the lock of a state in S3.</value>
    public RunHolder Holder { get; init; } = new(Guid.NewGuid().ToString("n"), 1, System.Environment.MachineName);

    /// <value>
    /// Since when at the latest another holder's attempt is over, its process apart; null while it lives or may live, which is also the
    /// default. A lock is taken over only from an attempt that is over.
    /// </value>
    public Func<RunHolder, CancellationToken, Task<DateTimeOffset?>> OverSince { get; init; } = static (_, _) => Task.FromResult<DateTimeOffset?>(null);
}

/// <summary>An attempt as a lock names it.</summary>
public sealed record RunHolder(string Operation, int Attempt, string Worker);

public enum TerraformStage
{
    Workspace,
    Init,
    Plan,
    Apply,
    Destroy,
}

/// <summary>What a run reports while it goes on; every text is already redacted.</summary>
public abstract record TerraformEvent(DateTimeOffset At)
{
    /// <summary>A stage begins.</summary>
    public sealed record StageStarted(DateTimeOffset At, TerraformStage Stage) : TerraformEvent(At);

    /// <summary>A line for the log: <c>@message</c> of a JSON line, or the raw line where it is not JSON.</summary>
    public sealed record Line(DateTimeOffset At, string Level, string Text) : TerraformEvent(At);

    /// <summary>How many resources the run will change.</summary>
    public sealed record Planned(DateTimeOffset At, int Add, int Change, int Remove) : TerraformEvent(At);

    /// <summary>A resource has been planned, begun, progressed, or ended.</summary>
    /// <param name="At">When.</param>
    /// <param name="Address">Terraform's resource address.</param>
    /// <param name="Action"><c>create</c>, <c>update</c>, <c>delete</c>, <c>replace</c>, <c>read</c>.</param>
    /// <param name="State">See <see cref="ResourceState"/>.</param>
    /// <param name="Elapsed">Time spent on it so far.</param>
    public sealed record Resource(DateTimeOffset At, string Address, string Action, ResourceState State, TimeSpan Elapsed) : TerraformEvent(At);
}

public enum ResourceState
{
    Planned,
    Running,
    Done,
    Failed,
}

/// <summary>One of Terraform's diagnostics, redacted.</summary>
public sealed record TerraformDiagnostic(string Severity, string Summary, string Detail, string? Address, string? File, int? Line);

/// <summary>Why a run failed, as far as Terraform's exit, diagnostics and our own supervision tell.</summary>
public enum TerraformFailureKind
{
    None,
    Template,
    Parameter,
    Capacity,
    Quota,
    Credentials,
    Throttled,
    Network,
    Timeout,
    Cancelled,
    Locked,
    StorageFull,
    Internal,
}

/// <summary>How a run ended.</summary>
public sealed record TerraformOutcome
{
    public required TerraformFailureKind Failure { get; init; }

    /// <value>One sentence; empty on success.</value>
    public string Message { get; init; } = "";

    public IReadOnlyList<TerraformDiagnostic> Diagnostics { get; init; } = [];

    /// <value>From the last <c>outputs</c> message of <c>apply -json</c>; sensitive ones are left out.</value>
    public IReadOnlyDictionary<string, JsonElement> Outputs { get; init; } = new Dictionary<string, JsonElement>();

    public int? ExitCode { get; init; }

    public bool Succeeded => Failure == TerraformFailureKind.None;
}

/// <summary>One planned change of one resource.</summary>
/// <param name="Address">Resource address.</param>
/// <param name="Actions">Terraform's action names, for example <c>delete, create</c> for a replacement.</param>
/// <param name="ReplacedBecauseOf">Attribute paths that force a replacement.</param>
public sealed record PlannedChange(string Address, IReadOnlyList<string> Actions, IReadOnlyList<string> ReplacedBecauseOf)
{
    /// <value>The resource as it exists now goes away.</value>
    public bool Destroys => Actions.Contains("delete", StringComparer.Ordinal);
}

/// <summary>A plan that was computed and not applied.</summary>
public sealed record TerraformPlan(TerraformOutcome Outcome, IReadOnlyList<PlannedChange> Changes);

/// <summary>
/// Runs Terraform (or OpenTofu) in a workspace. Two ways to stop, after the idea of graceful and forceful cancellation: the first
/// sends SIGINT to the process group and waits for the grace period, the second kills the group.
/// </summary>
public interface ITerraformRunner
{
    /// <summary>Materialises the workspace, runs <c>init</c> if needed and <c>apply</c>. Never throws for a failure of Terraform.</summary>
    Task<TerraformOutcome> ApplyAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill);

    /// <summary>As apply with <c>-destroy</c>. Succeeds without running anything when there is no state.</summary>
    Task<TerraformOutcome> DestroyAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill);

    /// <summary>What an apply would change; the workspace and the state are left as they are.</summary>
    Task<TerraformPlan> PlanAsync(TerraformRequest request, Func<TerraformEvent, ValueTask> report, CancellationToken cancel, CancellationToken kill);

    /// <summary>Removes the workspace directory; only after a successful destroy.</summary>
    Task RemoveWorkspaceAsync(string workspaceDirectory, CancellationToken cancellationToken);
}
