using System.Collections.Concurrent;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// Finds desktops that should be running but whose screen does not answer (the host was restarted, their processes died) and has them
/// repaired: at the start of the job host at once, later after two misses, ever more rarely for one that keeps dying.
/// </summary>
internal sealed class DesktopWatch(
    DesktopDocuments documents,
    DesktopChanger changer,
    Leadership leadership,
    Screens screens,
    ITemplateCatalogue templates,
    SecretProtector secrets,
    ManagerOptions options,
    TimeProvider time,
    ILogger<DesktopWatch> logger) : BackgroundService
{
    private const int AtOnce = 16;
    private static readonly TimeSpan DialLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);
    private readonly ConcurrentDictionary<string, Health> known = new(StringComparer.Ordinal);

    private sealed record Health(int Misses, int Repairs, DateTimeOffset NotBefore);

    /// <summary>One look at every running desktop.</summary>
    /// <param name="patience">Misses in a row that are forgiven.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task CheckAsync(int patience, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(documents.RunningAsync(cancellationToken), parallel, (desktop, token) => LookAsync(desktop, patience, token));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The first look is the one that brings everything back after a restart of the host: where it fails, it is not put off.
            while (!await TryCheckAsync(patience: 0, stoppingToken))
            {
                await Task.Delay(AfterFailure < options.Jobs.Watch ? AfterFailure : options.Jobs.Watch, time, stoppingToken);
            }

            while (true)
            {
                await Task.Delay(options.Jobs.Watch, time, stoppingToken);
                await TryCheckAsync(patience: 1, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task<bool> TryCheckAsync(int patience, CancellationToken cancellationToken)
    {
        try
        {
            // One process looks for all of them: a fleet's screens are not tried once by each of many workers.
            if (await leadership.HoldAsync("desktop-watch", 2 * options.Jobs.Watch, cancellationToken))
            {
                await CheckAsync(patience, cancellationToken);
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One failed round must not end the watch.
            logger.LogWarning(e, "Checking the running desktops failed; trying again.");
            return false;
        }
    }

    private async ValueTask LookAsync(Desktop desktop, int patience, CancellationToken cancellationToken)
    {
        if (desktop.Machine is not null)
        {
            // A machine that somebody stopped or terminated is not started behind their back: its owner sees it and decides. And it does
            // not die with this process, so a first miss proves nothing.
            if (desktop.Observed?.State is ObservedState.Stopped or ObservedState.Missing)
            {
                return;
            }

            patience = Math.Max(patience, 1);
        }

        if (desktop.Status != DesktopStatus.Running || desktop.ActiveOperation is not null || desktop.Connection is null)
        {
            return;
        }

        var health = known.GetValueOrDefault(desktop.Id) ?? new Health(0, 0, DateTimeOffset.MinValue);
        if (await AnswersAsync(desktop, cancellationToken))
        {
            // Its repairs are forgotten once it has lived as long as the pause they earned.
            known[desktop.Id] = health with { Misses = 0, Repairs = time.GetUtcNow() > health.NotBefore ? 0 : health.Repairs };
            return;
        }

        health = health with { Misses = health.Misses + 1 };
        if (health.Misses > patience && time.GetUtcNow() >= health.NotBefore && await IsStillThereAsync(desktop, cancellationToken) && await changer.RepairAsync(desktop.Id, cancellationToken))
        {
            logger.LogWarning("The screen of desktop {Desktop} does not answer at {Host}:{Port}; repairing it.", desktop.Id, desktop.Connection.Host, desktop.Connection.Port);
            var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(health.Repairs, 10)));
            health = new Health(0, health.Repairs + 1, time.GetUtcNow() + pause);
        }

        known[desktop.Id] = health;
    }

    /// <summary>The list may be behind: what did not answer may be an address that the desktop had before.</summary>
    private async Task<bool> IsStillThereAsync(Desktop listed, CancellationToken cancellationToken) =>
        await documents.Desktops.GetAsync(listed.Id, cancellationToken) is { Value: var now } && now.Connection == listed.Connection;

    private async Task<bool> AnswersAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        var template = desktop.Machine is null ? await templates.ObtainAsync(desktop.Template, desktop.TemplateVersion, cancellationToken) : null;
        var screen = Screen.Of(desktop, options, template?.Protocol ?? ScreenEngines.Vnc);
        var password = desktop.Machine is null ? secrets.Open(desktop.ProtectedSecret, desktop.Id) : "";
        if (await screens.IsThereAsync(screen, password, DialLimit, cancellationToken))
        {
            return true;
        }

        await Task.Delay(SecondLook, time, cancellationToken);
        return await screens.IsThereAsync(screen, password, DialLimit, cancellationToken);
    }
}
