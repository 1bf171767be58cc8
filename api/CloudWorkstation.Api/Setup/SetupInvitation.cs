using CloudWorkstation.Manager.Setup;

namespace CloudWorkstation.Api.Setup;

/// <summary>
/// An installation that waits for its first administrator says at its start how to make one. The code itself stands in the log only where keys are in the store:
/// there nobody reads a data directory.
/// </summary>
public sealed partial class SetupInvitation(ISetup setup, IConfiguration configuration, ILogger<SetupInvitation> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await setup.IsOpenAsync(cancellationToken))
        {
            return;
        }

        var code = await setup.PrepareAsync(cancellationToken);
        if (code is not null && string.Equals(configuration["Keys:Kind"], "store", StringComparison.OrdinalIgnoreCase))
        {
            Log.Code(logger, code);
        }
        else if (code is not null)
        {
            Log.File(logger);
        }
        else
        {
            Log.Elsewhere(logger);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1321, LogLevel.Warning, "There is no account yet. Open /sign-in/setup and give the set-up code, which is good for one day: {Code}")]
        public static partial void Code(ILogger logger, string code);

        [LoggerMessage(1322, LogLevel.Warning, "There is no account yet. Open /sign-in/setup and give the set-up code, which is good for one day and in the file setup-code of the data directory")]
        public static partial void File(ILogger logger);

        [LoggerMessage(1323, LogLevel.Warning, "There is no account yet. Open /sign-in/setup and give the set-up code that another replica has told at its start")]
        public static partial void Elsewhere(ILogger logger);
    }
}
