using System.Text.Json.Nodes;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.MachineRoom.Cloud;
using CloudWorkstation.MachineRoom.Machines;
using CloudWorkstation.MachineRoom.Platform;
using CloudWorkstation.MachineRoom.Proxies;

namespace CloudWorkstation.MachineRoom;

/// <summary>Makes the platform, then looks twice a second what AWS believes to run and sees to it that it does.</summary>
public sealed partial class Room(
    DevelopmentPlatform platform,
    PlatformReady ready,
    MachineKeeper machines,
    ProxyKeeper proxies,
    Services services,
    RoomSettings settings,
    TimeProvider time,
    ILogger<Room> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private bool _keysAreTold;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await EndLeftoversAsync();
        var facts = await platform.EnsureAsync(stoppingToken);
        facts.Write(settings.PlatformFile);
        ready.Facts = facts;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await LookAsync(facts, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(machines.DisposeAsync().AsTask(), proxies.DisposeAsync().AsTask());
    }

    /// <summary>One look that fails, for whatever reason, is not the end: the next one is half a second away.</summary>
    private async Task LookAsync(Facts facts, CancellationToken stoppingToken)
    {
        try
        {
            await TellKeysAsync(facts, stoppingToken);
            await machines.LookAsync(facts, stoppingToken);
            await proxies.LookAsync(facts, stoppingToken);
        }
        catch (Exception failure) when (failure is AwsException or HttpRequestException or IOException || (failure is TaskCanceledException && !stoppingToken.IsCancellationRequested))
        {
            Log.LookFailed(logger, failure.Message);
        }
    }

    /// <summary>The key that an operator would put into the account's secrets; the api makes it at its first start.</summary>
    private async Task TellKeysAsync(Facts facts, CancellationToken cancellationToken)
    {
        var file = Path.Combine(settings.Data.Keys, "internal.key");
        if (_keysAreTold || !File.Exists(file))
            return;
        var value = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        await services.SecretsAsync("PutSecretValue", new JsonObject { ["SecretId"] = facts.InternalKeySecret, ["SecretString"] = value }, cancellationToken);
        if (settings.ProxySecret is { } secret)
            await services.SecretsAsync("PutSecretValue", new JsonObject { ["SecretId"] = facts.ProxyKeySecret, ["SecretString"] = secret }, cancellationToken);
        _keysAreTold = true;
    }

    /// <summary>Machines of a room that was killed.</summary>
    private async Task EndLeftoversAsync()
    {
        var leftovers = new Leftovers(settings.Data, time);
        if (await leftovers.EndAsync(leftovers.Machines(), TimeSpan.FromSeconds(5)) is > 0 and var ended)
            Log.EndedLeftovers(logger, ended);
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Warning, "AWS could not be looked at: {Message}")]
        public static partial void LookFailed(ILogger logger, string message);

        [LoggerMessage(22, LogLevel.Information, "Ended {Count} process(es) of machines that an earlier room had left behind")]
        public static partial void EndedLeftovers(ILogger logger, int count);
    }
}
