using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>Makes the keys at start, and rotates them when they have served their days.</summary>
internal sealed partial class KeyRotation(KeyRing keys, IOptions<KeyOptions> options, TimeProvider time, ILogger<KeyRotation> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await RotateIfDueAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RotateIfDueAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < keys.Since + TimeSpan.FromDays(options.Value.RotationDays))
        {
            return;
        }

        try
        {
            await keys.RotateAsync(Actor.System, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The keys that exist go on working; the next hour tries again.
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2003, LogLevel.Error, "The token signing keys could not be rotated; the old ones stay in use and the next hour tries again.")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
