using System.Threading.Channels;
using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>
/// For a process of a cluster that runs no jobs: tells the workers over the jobs' database that an operation was stored (NOTIFY). A hint
/// that may get lost, as the queue's contract says: the workers' sweepers find what is queued.
/// </summary>
internal sealed class WakeUpCalls(JobsOptions options, ILogger<WakeUpCalls> logger) : BackgroundService, IJobQueue
{
    /// <summary>What workers listen to.</summary>
    public const string Channel = "cws_operations";
    private const int MostPending = 1_000;
    private readonly Channel<string> calls = System.Threading.Channels.Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostPending) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public Task EnqueueAsync(Operation operation, CancellationToken cancellationToken)
    {
        calls.Writer.TryWrite(operation.Id);
        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var database = NpgsqlDataSource.Create(options.Postgres!);
        await foreach (var operation in calls.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await using var command = database.CreateCommand("SELECT pg_notify($1, $2)");
                command.Parameters.Add(new NpgsqlParameter { Value = Channel });
                command.Parameters.Add(new NpgsqlParameter { Value = operation });
                await command.ExecuteNonQueryAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogWarning("The workers could not be told of operation {Operation}; they will find it. {Reason}", operation, e.Message);
            }
        }
    }
}
