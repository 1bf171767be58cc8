using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Terraform.State;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Recordings;

public static class RecordingServices
{
    /// <summary>Recordings of sessions: made when a connection opens, taken from desktop proxies, played to people.</summary>
    public static IServiceCollection AddRecordings(this IServiceCollection services) => services
        .AddPlace()
        .AddSingleton(RecordingDocuments.Definition)
        .AddSingleton(RecordingDocuments.UsageDefinition)
        .AddSingleton(RecordingDocuments.StraysDefinition)
        .AddSingleton<RecordingDocuments>()
        .AddSingleton<RecordingKeys>()
        .AddSingleton<RecordingWatch>()
        .AddSingleton<RecordingStrays>()
        .AddSingleton<RecordingStart>()
        .AddSingleton<RecordingEnds>()
        .AddSingleton<RecordingReader>()
        .AddSingleton<RecordingChunks>()
        .AddSingleton<RecordingViews>()
        .AddSingleton<RecordingRounds>()
        .AddSingleton<IRecordingService, RecordingService>()
        .AddSingleton<IRecordingIntake, RecordingIntake>();

    /// <summary>The background work over them; once per process that may do it.</summary>
    public static IServiceCollection AddRecordingRounds(this IServiceCollection services) => services
        .AddHostedService(s => s.GetRequiredService<RecordingRounds>())
        .AddHostedService(s => s.GetRequiredService<RecordingWatch>());

    /// <summary>Where a process with these settings would keep recordings, without the process.</summary>
    /// <exception cref="OptionsValidationException">A setting cannot work.</exception>
    public static (string Where, IRecordingPlace Place) Place(IConfiguration configuration)
    {
        var services = new ServiceCollection()
            .AddSingleton(configuration).AddSingleton(TimeProvider.System).AddSingleton(new DataPaths(Path.GetFullPath(configuration["Data"] ?? ".")))
            .AddPlace().BuildServiceProvider();
        var place = services.GetRequiredService<IRecordingPlace>();
        return (services.GetRequiredService<IOptions<RecordingOptions>>().Value.Bucket ?? services.GetRequiredService<DataPaths>().Recordings, place);
    }

    private static IServiceCollection AddPlace(this IServiceCollection services)
    {
        services.AddOptions<RecordingOptions>().BindConfiguration(RecordingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<S3Clients>();
        return services
            .AddSingleton<IValidateOptions<RecordingOptions>, RecordingOptionsCheck>()
            .AddSingleton(Stores)
            .AddSingleton<IRecordingPlace>(s => s.GetRequiredService<ChunkStores>().Current);
    }

    private static ChunkStores Stores(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<RecordingOptions>>().Value;
        var files = new FileChunks(services.GetRequiredService<DataPaths>());
        return options.Bucket is null
            ? new ChunkStores([files])
            : new ChunkStores([new S3Chunks(services.GetRequiredService<S3Clients>().Client(options.Region), options, services.GetRequiredService<TimeProvider>()), files]);
    }
}
