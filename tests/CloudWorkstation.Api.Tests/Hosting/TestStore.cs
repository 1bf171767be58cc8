using CloudWorkstation.Harness;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>
/// Which store the suite runs on: SQLite, or with <c>CWS_TEST_STORE=dynamodb</c> DynamoDB, a table for each host in one moto for all. The
/// tests know nothing of it.
/// </summary>
public static class TestStore
{
    private static readonly Lazy<Task<MotoServer>> Moto = new(StartMotoAsync);

    public static bool IsDynamoDb { get; } = string.Equals(Environment.GetEnvironmentVariable("CWS_TEST_STORE"), "dynamodb", StringComparison.OrdinalIgnoreCase);

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
