using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Accounts;

/// <summary>A new installation gets its first administrator before it answers requests. The password is in a setting or a file, never in the log.</summary>
public sealed partial class FirstAdmin(IAccountService accounts, ILogger<FirstAdmin> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await accounts.EnsureFirstAdminAsync(cancellationToken) is not null)
        {
            Log.Created(logger);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Created the first administrator; a password that the settings do not give is in first-admin.json in the data directory")]
        public static partial void Created(ILogger logger);
    }
}
