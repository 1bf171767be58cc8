using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>Makes the keys at start, follows rotations of other processes, and rotates when the keys have served their days.</summary>
internal sealed partial class KeyRotation(KeyRing keys, IOptions<KeyOptions> options, TimeProvider time, ILogger<KeyRotation> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await FollowAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.RefreshAsync(cancellationToken);
            if (time.GetUtcNow() >= keys.Since + TimeSpan.FromDays(options.Value.RotationDays))
            {
                await keys.RotateAsync(Actor.System, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The keys that exist go on working; the next round tries again.
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2003, LogLevel.Error, "The token signing keys could not be rotated; the old ones stay in use and the next round tries again.")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
