using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Aws.Proxies;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Metrics;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Operations;

/// <summary>How an attempt ended, before it is stored.</summary>
internal abstract record AttemptEnd
{
    /// <summary>The desktop is what it should be.</summary>
    public sealed record Built(TemplateOutputs Outputs) : AttemptEnd;

    /// <summary>Nothing of the desktop is left.</summary>
    public sealed record Removed : AttemptEnd;

    /// <param name="Cause">Why.</param>
    /// <param name="Machine">What was built nevertheless; null for nothing known.</param>
    public sealed record Failed(FailureCause Cause, Machine? Machine = null) : AttemptEnd;

    /// <summary>This process stops; the next worker goes on.</summary>
    public sealed record HandedBack : AttemptEnd;
}

/// <summary>Runs one operation from the claim to its stored end.</summary>
internal sealed class OperationRunner(
    AttemptClaims claims,
    AttemptFinisher finisher,
    DesktopDocuments desktops,
    DesktopTerraform desktopTerraform,
    ITerraformRunner terraform,
    PlacedApply placed,
    IMachineRemains remains,
    ITemplateCatalogue templates,
    IScreenWait screens,
    SecretProtector secrets,
    IMachinePower power,
    IMachineConsole consoles,
    IProxyAddresses proxies,
    IRoutePreparation routes,
    RunningOperations running,
    ManagerOptions options,
    TimeProvider time,
    ILogger<OperationRunner> logger)
{
    private const string ScreenPhrase = "Waiting for the screen";

    /// <summary>Does nothing when somebody else has the operation, or it is over.</summary>
    public async Task RunAsync(string operationId, CancellationToken shutdown)
    {
        await using var attempt = await ClaimAsync(operationId, shutdown);
        if (attempt is null)
        {
            return;
        }

        logger.LogInformation("Attempt {Attempt} of operation {Operation} ({Kind} of desktop {Desktop}) begins.", attempt.Operation.Attempt, operationId, attempt.Operation.Kind, attempt.Operation.Desktop);
        ProductMetrics.Began(attempt.Operation);
        running.Add(attempt);
        try
        {
            attempt.Start();
            var end = await ExecuteAsync(attempt, shutdown);
            await finisher.FinishAsync(attempt, end);
        }
        catch (SupersededException e)
        {
            logger.LogWarning("{Message} It writes nothing more.", e.Message);
        }
        catch (OperationCanceledException)
        {
            // The store was away for longer than we may wait: the lease passes, and whoever sweeps then goes on.
            logger.LogWarning("The end of attempt {Attempt} of operation {Operation} could not be stored; it is taken up again when its lease has passed.", attempt.Operation.Attempt, operationId);
        }
        finally
        {
            running.Remove(attempt);
            ProductMetrics.Left();
        }
    }

    private async Task<Attempt?> ClaimAsync(string operationId, CancellationToken shutdown)
    {
        try
        {
            return await claims.ClaimAsync(operationId, shutdown);
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            // Not taken up yet: it stays queued, and the next process finds it.
            return null;
        }
    }

    private async Task<AttemptEnd> ExecuteAsync(Attempt attempt, CancellationToken shutdown)
    {
        using var tokens = new RunTokens(attempt, options.Terraform.Grace, time, shutdown);
        try
        {
            if (attempt.Operation.Attempt > 1)
            {
                attempt.Log("info", $"Attempt {attempt.Operation.Attempt} goes on from the state that the one before left.");
            }

            var end = await ExecuteAsync(attempt, tokens);
            return end is AttemptEnd.Failed ? Interpret(attempt, end, shutdown) : end;
        }
        catch (OperationCanceledException) when (tokens.Cancel.IsCancellationRequested)
        {
            return Interpret(attempt, new AttemptEnd.Failed(new FailureCause(FailureKind.Cancelled, FailureCatalogue.Sentence(FailureKind.Cancelled), [])), shutdown);
        }
        catch (StoreUnavailableException e)
        {
            // Nothing is wrong with the desktop: the operation goes on when the store is back.
            logger.LogWarning("Operation {Operation} waits for the store: {Reason}", attempt.Operation.Id, e.Message);
            attempt.Log("warn", "The store does not answer; this operation is taken up again.");
            return Interpret(attempt, new AttemptEnd.HandedBack(), shutdown);
        }
        catch (Exception e) when (e is not SupersededException)
        {
            // Whatever a step throws: the operation must end in a visible outcome.
            logger.LogError(e, "Operation {Operation} broke.", attempt.Operation.Id);
            attempt.Log("error", e.Message);
            return Interpret(attempt, new AttemptEnd.Failed(new FailureCause(FailureKind.Internal, FailureCatalogue.Sentence(FailureKind.Internal), [new TerraformDiagnostic("error", e.GetType().Name, e.Message, null, null, null)])), shutdown);
        }
    }

    // A run that was stopped fails in many ways; what counts is why it was stopped.
    private static AttemptEnd Interpret(Attempt attempt, AttemptEnd end, CancellationToken shutdown)
    {
        if (attempt.Superseded.IsCancellationRequested)
        {
            throw new SupersededException(attempt.Operation.Id, attempt.Operation.Attempt);
        }

        if (attempt.Cancelled.IsCancellationRequested)
        {
            var failed = end as AttemptEnd.Failed;
            return new AttemptEnd.Failed(new FailureCause(FailureKind.Cancelled, FailureCatalogue.Sentence(FailureKind.Cancelled), failed?.Cause.Diagnostics ?? []), failed?.Machine);
        }

        return shutdown.IsCancellationRequested || attempt.Lapsing.IsCancellationRequested ? new AttemptEnd.HandedBack() : end;
    }

    private async Task<AttemptEnd> ExecuteAsync(Attempt attempt, RunTokens tokens)
    {
        tokens.Cancel.ThrowIfCancellationRequested();
        if (attempt.Operation.Attempt > AttemptRules.MostTakeOvers)
        {
            return Fail(FailureKind.Internal, $"It was taken up {AttemptRules.MostTakeOvers} times and never came to an end.");
        }

        var stored = await desktops.Desktops.GetAsync(attempt.Operation.Desktop, tokens.Cancel);
        if (stored is null || stored.Value.ActiveOperation != attempt.Operation.Id)
        {
            return Fail(FailureKind.Internal, "The desktop does not belong to this operation any more.");
        }

        await ObtainTemplateAsync(attempt, stored.Value, tokens.Cancel);
        return attempt.Operation.Kind == OperationKind.Delete
            ? await DestroyAsync(attempt, stored.Value, tokens)
            : await ApplyAsync(attempt, stored.Value, tokens);
    }

    // The version's files may have been kept by a process on another machine, or by one that is gone. A desktop that holds nothing can be
    // removed without them.
    private async Task ObtainTemplateAsync(Attempt attempt, Desktop desktop, CancellationToken cancellationToken)
    {
        try
        {
            await templates.ObtainAsync(desktop.Template, desktop.TemplateVersion, cancellationToken);
        }
        catch (InvalidDataException e) when (attempt.Operation.Kind == OperationKind.Delete)
        {
            attempt.Log("warn", e.Message);
        }
    }

    private async Task<AttemptEnd> ApplyAsync(Attempt attempt, Desktop desktop, RunTokens tokens)
    {
        var template = templates.FindVersion(desktop.Template, desktop.TemplateVersion);
        if (template is null)
        {
            return Fail(FailureKind.Template, $"The template '{desktop.Template}' at the version of this desktop is not available here.");
        }

        var full = false;
        if (desktop.Machine is not null && MachinePower.Wanted(attempt.Operation.Kind) is { } wanted && await power.ChangeAsync(desktop.Machine, wanted, attempt, tokens.Cancel) is { } refused)
        {
            full = refused.Kind == FailureKind.Capacity && template.Placements > 1;
            if (!full)
            {
                return new AttemptEnd.Failed(refused);
            }
        }

        var (outcome, placement) = await placed.RunAsync(attempt, desktop, template.Placements, full, tokens);
        if (!outcome.Succeeded)
        {
            return new AttemptEnd.Failed(FailureCatalogue.From(outcome));
        }

        var needsScreen = DesktopRules.NeedsScreen(attempt.Operation.Kind, desktop.Power);
        var outputs = TemplateOutputs.Read(outcome.Outputs, needsScreen, out var problems, template.Protocol) with { Placement = placement };
        if (problems.Count > 0)
        {
            return new AttemptEnd.Failed(new FailureCause(
                FailureKind.Template,
                "The template's outputs are not as they should be.",
                [.. problems.Select(p => new TerraformDiagnostic("error", "Template output", p, null, null, null))]));
        }

        return needsScreen ? await ShowAsync(attempt, desktop, template, outputs, tokens) : new AttemptEnd.Built(outputs);
    }

    private async Task<AttemptEnd> ShowAsync(Attempt attempt, Desktop desktop, Template template, TemplateOutputs outputs, RunTokens tokens)
    {
        if (outputs.Machine?.Service is not null)
        {
            // Before the screen: only its own proxy can reach it.
            attempt.Step("proxy", "Waiting for the proxy task");
            var proxy = await proxies.FindAsync(desktop.Id, outputs.Machine, attempt, tokens.Cancel);
            if (proxy.Cause is not null)
            {
                return new AttemptEnd.Failed(proxy.Cause, outputs.Machine);
            }

            outputs = outputs with { Proxy = proxy.Address };
        }

        // A machine boots before its screen can answer; on this host the screen is all that is waited for.
        if (outputs.Machine is null)
        {
            attempt.Step("readiness", ScreenPhrase);
        }
        else
        {
            attempt.Step("boot", "Waiting for the machine to boot");
        }

        var password = secrets.Open(desktop.ProtectedSecret, desktop.Id);
        if (await screens.UntilReadyAsync(Screen.Of(outputs.Connection!, template.Protocol, outputs.Machine, outputs.Proxy, options).Within(template.ReadyMinutes).WithoutSecret(template.PersonSignsIn), password, () => attempt.Step("readiness", ScreenPhrase), tokens.Cancel) is { } cause)
        {
            return new AttemptEnd.Failed(await consoles.ExplainAsync(outputs.Machine, cause, password, attempt, tokens.Cancel), outputs.Machine);
        }

        attempt.Step("route", "Connecting the screen");
        await routes.PrepareAsync(desktop with { Status = DesktopStatus.Running, Proxy = outputs.Proxy }, tokens.Cancel);
        return new AttemptEnd.Built(outputs);
    }

    private async Task<AttemptEnd> DestroyAsync(Attempt attempt, Desktop desktop, RunTokens tokens)
    {
        var outcome = await terraform.DestroyAsync(desktopTerraform.Request(desktop, attempt.Operation), attempt.ReportAsync, tokens.Cancel, tokens.Kill);
        if (!outcome.Succeeded)
        {
            return new AttemptEnd.Failed(FailureCatalogue.From(outcome));
        }

        if (desktopTerraform.BuildsInCloud(desktop) && await remains.RemoveAsync(desktop, attempt, tokens.Cancel) is { } stuck)
        {
            return new AttemptEnd.Failed(stuck);
        }

        attempt.Log("info", "Removing what is left on this machine");
        await terraform.RemoveWorkspaceAsync(desktopTerraform.Workspace(desktop), CancellationToken.None);
        desktopTerraform.RemoveFiles(desktop);
        return new AttemptEnd.Removed();
    }

    private static AttemptEnd.Failed Fail(FailureKind kind, string message) => new(new FailureCause(kind, message, []));
}
