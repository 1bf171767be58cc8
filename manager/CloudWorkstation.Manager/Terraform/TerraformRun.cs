using System.ComponentModel;
using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.Messages;
using CloudWorkstation.Manager.Terraform.Providers;
using CloudWorkstation.Manager.Terraform.Running;
using CloudWorkstation.Manager.Terraform.Workspaces;

namespace CloudWorkstation.Manager.Terraform;

/// <summary>One request while it runs: workspace, init where needed, then one command.</summary>
internal sealed class TerraformRun
{
    private static readonly string[] InitialisationLost =
        ["Backend initialization required", "Module not installed", "Required plugins are not installed", "Inconsistent dependency lock file"];

    // With a provider attached, init installs none: such a workspace serves runs with one attached only.
    private const string WithoutProvider = " without provider";
    private const string Reattach = "TF_REATTACH_PROVIDERS";

    private static readonly string[] ProviderLost = ["Failed to load plugin schemas", "Plugin did not respond", "failed to reattach", "Reattachment process not found"];

    // Of lineage, and of serial.
    private static readonly string[] Outdated = ["cannot import state with", "cannot overwrite existing state with"];

    private readonly TerraformRequest request;
    private readonly Workspace workspace;
    private readonly TerraformOptions options;
    private readonly ProcessRunner processes;
    private readonly TerraformVersion versions;
    private readonly TimeProvider time;
    private readonly Func<TerraformEvent, ValueTask> report;
    private readonly StopSignals signals;
    private readonly Dictionary<string, string> environment;
    private readonly Redactor redactor;
    private readonly ProviderMirror? mirror;
    private ProviderLease? attached;
    private bool initialisedHere;

    public TerraformRun(
        TerraformRequest request, Workspace workspace, TerraformOptions options, ProcessRunner processes, TerraformVersion versions,
        TimeProvider time, Func<TerraformEvent, ValueTask> report, StopSignals signals)
    {
        this.request = request;
        this.workspace = workspace;
        this.options = options;
        this.processes = processes;
        this.versions = versions;
        this.time = time;
        this.report = report;
        this.signals = signals;
        environment = TerraformEnvironment.Build(System.Environment.GetEnvironmentVariables(), options, request, workspace.Home);
        mirror = options.Mirror is { Length: > 0 } directory ? new(directory) : null;
        redactor = new(TerraformEnvironment.Secrets(request, environment));
    }

    public IReadOnlyList<PlannedChange> Planned { get; private set; } = [];

    /// <summary>Terraform came to an end of its own: it was not killed in the middle of something, and is not alive.</summary>
    public bool HasEnded { get; private set; } = true;

    public bool HasUnstoredState => File.Exists(workspace.ErroredState);

    public IReadOnlyDictionary<string, string> Environment => environment;

    private bool IsAttached => environment.ContainsKey(Reattach);

    /// <summary>Lets Terraform use a provider that runs already instead of starting it.</summary>
    public void Attach(ProviderLease? provider)
    {
        attached = provider;
        if (provider is not null)
            environment[Reattach] = provider.Attachment;
    }

    /// <summary>The provider that the run was attached to is gone, or Terraform cannot talk to it.</summary>
    public bool LostProvider(TerraformOutcome outcome) =>
        IsAttached && !outcome.Succeeded && Stopped() is null
        && (!attached!.IsAlive || outcome.Diagnostics.Any(diagnostic => ProviderLost.Any(text => $"{diagnostic.Summary}\n{diagnostic.Detail}".Contains(text, StringComparison.OrdinalIgnoreCase))));

    public ValueTask DetachAsync()
    {
        environment.Remove(Reattach);
        return TellAsync("warn", "The provider that was kept running is gone; Terraform starts its own and goes on.");
    }

    /// <summary>Null when the workspace is ready for a command.</summary>
    public async Task<TerraformOutcome?> PrepareAsync()
    {
        if (Stopped() is { } stopped)
            return stopped;
        await ReportStageAsync(TerraformStage.Workspace);
        if (await InWorkspaceAsync(() => workspace.Materialise(request, mirror?.CliConfiguration())) is { } failed)
            return failed;
        var (version, problem) = await versions.FindAsync(workspace.Directory, environment, signals);
        if (version is null)
            return Stopped() ?? new TerraformOutcome { Failure = TerraformFailureKind.Internal, Message = problem };
        return workspace.IsInitialised(request, version) || (IsAttached && workspace.IsInitialised(request, version + WithoutProvider))
            ? null
            : await InitialiseAsync(IsAttached ? version + WithoutProvider : version);
    }

    /// <summary>Runs one command to its end and judges it.</summary>
    public async Task<TerraformOutcome> RunAsync(TerraformStage? stage, TerraformCommand command)
    {
        if (Stopped() is { } stopped)
            return stopped;
        if (stage is { } begins)
            await ReportStageAsync(begins);
        MessageReader reader = new(redactor, time);
        try
        {
            var result = await processes.RunAsync(Process(command), async (line, isError) =>
            {
                foreach (var what in reader.Read(line, isError))
                    await report(what);
            }, signals);
            Planned = reader.Planned;
            HasEnded = result.ExitCode is 0 or 1;
            return Judge(result, reader);
        }
        catch (Win32Exception exception)
        {
            return new() { Failure = TerraformFailureKind.Internal, Message = $"Terraform could not be started: {redactor.Redact(exception.Message)}" };
        }
    }

    /// <summary>
    /// Stores the state that a run could not store when it ended (the store was down, credentials had expired): without it, all that the
    /// run made would be made again. Null when there is nothing of the kind, or no more.
    /// </summary>
    public async Task<TerraformOutcome?> StoreStateAsync(TimeSpan? lockTimeout)
    {
        if (!HasUnstoredState)
            return null;
        await TellAsync("warn", "A run could not store its state; storing what it kept.");
        var outcome = await RunAsync(null, new StatePushCommand { File = workspace.ErroredState, LockTimeout = lockTimeout });
        if (outcome.Succeeded)
            return await InWorkspaceAsync(() => File.Delete(workspace.ErroredState));
        if (!outcome.Diagnostics.Any(IsOutdated))
            return outcome;
        await TellAsync("warn", "The state was changed by others since; what the run kept is set aside in the workspace.");
        return await InWorkspaceAsync(() => workspace.SetErroredStateAside(time.GetUtcNow()));
    }

    /// <summary>Why each thing of the plan is replaced; what the messages said when that cannot be read.</summary>
    public async Task<TerraformPlan> ShowAsync(ShowCommand command, IReadOnlyList<PlannedChange> planned)
    {
        const int largestPlan = 64 * 1024 * 1024;
        ProcessRunner large = new(options.Grace, options.OrphanGrace, time, largestPlan);
        string? json = null;
        var result = await large.RunAsync(Process(command), (line, isError) =>
        {
            if (!isError && line.StartsWith('{'))
                json = line;
            return ValueTask.CompletedTask;
        }, signals);
        TerraformOutcome outcome = new() { Failure = TerraformFailureKind.None, ExitCode = result.ExitCode };
        try
        {
            return new(Stopped() ?? outcome, result.ExitCode == 0 && json is not null ? PlanReader.Read(json) : planned);
        }
        catch (System.Text.Json.JsonException)
        {
            return new(outcome, planned);
        }
    }

    /// <summary>The marks said that init had been run, Terraform says otherwise: somebody was in the workspace.</summary>
    public bool LostInitialisation(TerraformOutcome outcome) =>
        !initialisedHere && outcome.Diagnostics.Any(diagnostic => InitialisationLost.Any(lost => $"{diagnostic.Summary}\n{diagnostic.Detail}".Contains(lost, StringComparison.OrdinalIgnoreCase)));

    public void ForgetInitialisation() => workspace.MarkUninitialised();

    // The words come in lines of some eighty characters behind a frame.
    private static bool IsOutdated(TerraformDiagnostic diagnostic)
    {
        var text = string.Join(' ', diagnostic.Detail.Split([' ', '\n', '│'], StringSplitOptions.RemoveEmptyEntries));
        return Outdated.Any(words => text.Contains(words, StringComparison.OrdinalIgnoreCase));
    }

    private async Task<TerraformOutcome?> InitialiseAsync(string version)
    {
        if (await InWorkspaceAsync(workspace.MarkUninitialised) is { } failed)
            return failed;
        var outcome = await RunAsync(TerraformStage.Init, new InitCommand());
        if (!outcome.Succeeded)
            return outcome;
        initialisedHere = true;
        return await InWorkspaceAsync(() => workspace.MarkInitialised(request, version));
    }

    private async Task<TerraformOutcome?> InWorkspaceAsync(Action work)
    {
        try
        {
            await Task.Run(work);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return WorkspaceFailed(exception);
        }
    }

    private ProcessRequest Process(TerraformCommand command) => new(options.Binary, command.Arguments, workspace.Directory, environment);

    private ValueTask TellAsync(string level, string text) => report(new TerraformEvent.Line(time.GetUtcNow(), level, text));

    private ValueTask ReportStageAsync(TerraformStage stage) => report(new TerraformEvent.StageStarted(time.GetUtcNow(), stage));

    private TerraformOutcome Judge(ProcessResult result, MessageReader reader)
    {
        var told = new TerraformOutcome
        {
            Failure = TerraformFailureKind.None,
            ExitCode = result.ExitCode,
            Diagnostics = reader.Diagnostics,
            Outputs = reader.Outputs,
        };
        // A run that was asked to stop and came to its end all the same has done its work.
        if (result.ExitCode == 0)
            return told;
        if (Stopped(result.Stopped) is { } stopped)
            return stopped with { ExitCode = told.ExitCode, Diagnostics = told.Diagnostics };
        var (kind, message) = FailureClassifier.Classify(reader.Diagnostics, reader.LastLines, result.ExitCode);
        return told with { Failure = kind, Message = message, Diagnostics = WithLastLines(reader) };
    }

    private static IReadOnlyList<TerraformDiagnostic> WithLastLines(MessageReader reader)
    {
        if (reader.Diagnostics.Any(diagnostic => diagnostic.Severity == "error") || !reader.LastLines.Any())
            return reader.Diagnostics;
        return [.. reader.Diagnostics, new("error", "Terraform's last words", string.Join('\n', reader.LastLines), null, null, null)];
    }

    public TerraformOutcome? Stopped() =>
        signals.Kill.IsCancellationRequested ? Stopped(StopReason.Killed)
        : signals.Cancel.IsCancellationRequested ? Stopped(StopReason.Cancelled)
        : signals.Deadline.IsCancellationRequested ? Stopped(StopReason.TimedOut)
        : null;

    private TerraformOutcome? Stopped(StopReason reason) => reason switch
    {
        StopReason.Cancelled => new() { Failure = TerraformFailureKind.Cancelled, Message = "Terraform was asked to stop." },
        StopReason.Killed => new() { Failure = TerraformFailureKind.Cancelled, Message = "Terraform was killed on request." },
        StopReason.TimedOut => new() { Failure = TerraformFailureKind.Timeout, Message = $"Terraform did not finish within {request.Timeout}." },
        _ => null,
    };

    private TerraformOutcome WorkspaceFailed(Exception exception) => DiskFull.Is(exception)
        ? new() { Failure = TerraformFailureKind.StorageFull, Message = "The disk that holds the workspaces is full." }
        : new() { Failure = TerraformFailureKind.Internal, Message = $"The workspace could not be made: {redactor.Redact(exception.Message)}" };
}
