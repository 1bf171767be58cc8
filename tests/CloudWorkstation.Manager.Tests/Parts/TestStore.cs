using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>With <c>CWS_TEST_STORE=lagging</c> the tests run over indexes that are behind, as DynamoDB's are; the tests know nothing of it.</summary>
internal static class TestStore
{
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(300);

    public static bool IsLagging { get; } = string.Equals(Environment.GetEnvironmentVariable("CWS_TEST_STORE"), "lagging", StringComparison.OrdinalIgnoreCase);

    /// <summary>A restart takes longer than the indexes are behind.</summary>
    public static void Settle(string data)
    {
        if (IsLagging)
        {
            LaggingView.Of(data, Lag).Release();
        }
    }

    public static IDocumentStore Over(IDocumentStore store, string data) => IsLagging ? new LaggingStore(store, LaggingView.Of(data, Lag)) : store;
}
