using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace CloudWorkstation.Manager.Tests.Storage;

public sealed class SqliteCrashTests : IDisposable
{
    private const int Timeout = 120_000;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task Every_acknowledged_commit_survives_kill_9_whole()
    {
        for (var round = 0; round < 3; round++)
        {
            var place = Directory.CreateDirectory(directory.File($"round{round}")).FullName;
            await KillAfterAsync(place, acknowledged: 20 + (round * 60));

            using var store = new SqliteDocumentStore(CrashChild.Database(place), Doc.Definitions);
            for (var writer = 0; writer < 3; writer++)
            {
                var acknowledged = (await File.ReadAllTextAsync(CrashChild.Acknowledged(place, writer), Token)).Count(c => c == '\n');
                var left = await CountAsync(store, $"left{writer}");
                left.ShouldBeGreaterThanOrEqualTo(acknowledged);
                (await CountAsync(store, $"right{writer}")).ShouldBe(left);
            }

            (await store.CommitAsync([Doc.Add("after")], Token)).Committed.ShouldBeTrue();
            IntegrityOf(place).ShouldBe("ok");
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task KillAfterAsync(string place, int acknowledged)
    {
        using var child = CrashChild.Start(place);
        try
        {
            var file = new FileInfo(CrashChild.Acknowledged(place, 0));
            while (!file.Exists || file.Length < acknowledged * 7)
            {
                child.HasExited.ShouldBeFalse();
                await Task.Delay(5, Token);
                file.Refresh();
            }
        }
        finally
        {
            // SIGKILL on Unix.
            child.Kill();
            await child.WaitForExitAsync(Token);
        }
    }

    private static async Task<int> CountAsync(SqliteDocumentStore store, string partition)
    {
        var query = Doc.Query(partition) with { Limit = StoreLimits.MaximumPageSize };
        var count = 0;
        do
        {
            var page = await store.QueryAsync(query, Token);
            count += page.Documents.Count;
            query = query with { PageToken = page.NextToken };
        }
        while (query.PageToken is not null);

        return count;
    }

    private static string? IntegrityOf(string place)
    {
        using var connection = new SqliteConnection($"Data Source={CrashChild.Database(place)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string?)command.ExecuteScalar();
    }
}
