using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.DynamoDb;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>
/// Which store the suite runs on: SQLite; with <c>CWS_TEST_STORE=dynamodb</c> DynamoDB, a table for each host in one moto for all; with
/// <c>lagging</c> SQLite with indexes that are behind as DynamoDB's are. The tests know nothing of it.
/// </summary>
public static class TestStore
{
    private static readonly Lazy<Task<MotoServer>> Moto = new(StartMotoAsync);

    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(300);
    private static readonly string? Asked = Environment.GetEnvironmentVariable("CWS_TEST_STORE");

    public static bool IsDynamoDb { get; } = string.Equals(Asked, "dynamodb", StringComparison.OrdinalIgnoreCase);

    /// <value>Type of the store.</value>
    public static string Name => IsDynamoDb ? nameof(DynamoDocumentStore) : IsLagging ? nameof(LaggingStore) : nameof(SqliteDocumentStore);

    private static bool IsLagging { get; } = string.Equals(Asked, "lagging", StringComparison.OrdinalIgnoreCase);

    public static IServiceCollection AddTestStore(this IServiceCollection services) => IsLagging
        ? services.AddSingleton<IDocumentStore>(s => new LaggingStore(s.GetRequiredService<SqliteDocumentStore>(), new LaggingView(Lag)))
        : services;

    /// <summary>Settings for one host's store.</summary>
    public static async Task<IEnumerable<KeyValuePair<string, string>>> SettingsAsync()
    {
        if (!IsDynamoDb)
        {
            return [];
        }

        await Moto.Value;
        return [new("Store:Kind", "dynamodb"), new("Store:Table", $"cws-{Guid.NewGuid():n}"), new("Store:Create", "true")];
    }

    // The SDK reads AWS's own variables, as it does in production.
    private static async Task<MotoServer> StartMotoAsync()
    {
        var moto = await MotoServer.StartAsync(CancellationToken.None);
        foreach (var (name, value) in moto.Environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        return moto;
    }
}
