using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Configuration;

namespace CloudWorkstation.Api.Configuration;

/// <summary>
/// The file that the operator starts the product with (<c>CWS_CONFIGURATION</c>) is in force before the first request. Replicas that start at once
/// import it each: what one has done, the next one finds done. A file that cannot be used stops the start, or somebody would run without it unknowingly.
/// </summary>
public sealed partial class StartConfiguration(IConfigurationFiles files, IConfiguration configuration, ILogger<StartConfiguration> logger) : IHostedService
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["Configuration"] is not { Length: > 0 } path)
        {
            return;
        }

        var text = await ReadAsync(path, cancellationToken);
        var secrets = new SecretsOfThisMachine(Path.GetDirectoryName(Path.GetFullPath(path))!);
        for (var attempt = 1; ; attempt++)
        {
            var imported = await files.ImportAsync(Actor.System, text, secrets, new ImportOptions(DryRun: false, Prune: false) { TellsPasswords = false }, cancellationToken);
            if (imported.Problem is not { } problem)
            {
                Log.Imported(logger, path, imported.Value.Changes.Count);
                return;
            }

            // Another replica that starts now has changed what this one had just read.
            if (attempt == Attempts || problem.Kind is not (ProblemKind.Stale or ProblemKind.Conflict))
            {
                throw new InvalidOperationException($"CWS_CONFIGURATION: {path} cannot be imported: {string.Join(" ", Sentences(problem))}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<string> Sentences(Problem problem) =>
        problem.Errors.Count == 0 ? [problem.Detail] : problem.Errors.Select(e => e.Field.Length == 0 ? e.Message : $"{e.Field}: {e.Message}");

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"CWS_CONFIGURATION: {path} cannot be read: {failure.Message}", failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1311, LogLevel.Information, "Imported the configuration {Path}: {Changes} changes")]
        public static partial void Imported(ILogger logger, string path, int changes);
    }
}
