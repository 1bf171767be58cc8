using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>
/// A worker's ear: hears of an operation the moment it is stored elsewhere, and hands it over at once where a slot is free. A worker whose
/// slots are taken waits a moment, so that one with a free slot is first.
/// </summary>
internal sealed class WakeUps(
    OperationDocuments documents,
    AttemptClaims claims,
    RunningOperations running,
    IJobQueue queue,
    ManagerOptions options,
    TimeProvider time,
    ILogger<WakeUps> logger) : BackgroundService
{
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private volatile bool listening;

    /// <value>While nobody listens, sweeps must be frequent.</value>
    public bool IsListening => listening;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogWarning("Calls of other processes cannot be heard; sweeping more often until they can. {Reason}", e.Message);
                listening = false;
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        // Kept open for as long as the process lives, with a sign of life in between: a firewall forgets connections that are silent.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.Jobs.Postgres) { Pooling = false, KeepAlive = 30 }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        connection.Notification += (_, call) => _ = HandOverAsync(call.Payload, cancellationToken);
        await using (var listen = new NpgsqlCommand($"LISTEN {WakeUpCalls.Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        listening = true;
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    private async Task HandOverAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            if (running.Count >= options.Jobs.Slots)
            {
                await Task.Delay(Courtesy, time, cancellationToken);
            }

            if (OperationIds.IsOne(id) && await documents.Operations.GetAsync(id, cancellationToken) is { } stored && claims.MayClaim(stored.Value))
            {
                await queue.EnqueueAsync(stored.Value, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || cancellationToken.IsCancellationRequested)
        {
            // The sweeper finds it.
            logger.LogDebug(e, "Operation {Operation} could not be handed over at once.", id);
        }
    }
}
