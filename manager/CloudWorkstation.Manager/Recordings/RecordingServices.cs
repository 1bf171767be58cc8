using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Terraform.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Recordings;

public static class RecordingServices
{
    /// <summary>Recordings of sessions: made when a connection opens, taken from desktop proxies, played to people.</summary>
    public static IServiceCollection AddRecordings(this IServiceCollection services)
    {
        services.AddOptions<RecordingOptions>().BindConfiguration(RecordingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<S3Clients>();
        return services
            .AddSingleton(RecordingDocuments.Definition)
            .AddSingleton(RecordingDocuments.UsageDefinition)
            .AddSingleton<RecordingDocuments>()
            .AddSingleton<RecordingKeys>()
            .AddSingleton(Stores)
            .AddSingleton<RecordingStart>()
            .AddSingleton<RecordingEnds>()
            .AddSingleton<RecordingReader>()
            .AddSingleton<RecordingChunks>()
            .AddSingleton<RecordingViews>()
            .AddSingleton<RecordingRounds>()
            .AddSingleton<IRecordingService, RecordingService>()
            .AddSingleton<IRecordingIntake, RecordingIntake>();
    }

    /// <summary>The background work over them; once per process that may do it.</summary>
    public static IServiceCollection AddRecordingRounds(this IServiceCollection services) => services.AddHostedService(s => s.GetRequiredService<RecordingRounds>());

    private static ChunkStores Stores(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<RecordingOptions>>().Value;
        var files = new FileChunks(services.GetRequiredService<DataPaths>());
        return options.Bucket is null
            ? new ChunkStores([files])
            : new ChunkStores([new S3Chunks(services.GetRequiredService<S3Clients>().Client(options.Region), options), files]);
    }
}
