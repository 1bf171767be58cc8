using System.Diagnostics;
using System.Globalization;
using CloudWorkstation.Manager.Storage.Sqlite;

namespace CloudWorkstation.Manager.Tests.Storage;

/// <summary>
/// A process that commits pairs of documents until it is killed, and writes down each number after its commit was acknowledged.
/// It is this test assembly started once more with an explicit test, so that it needs no program of its own.
/// </summary>
public sealed class CrashChild
{
    private const string Variable = "CWS_TEST_CRASH_DIRECTORY";

    public static Process Start(string directory)
    {
        var program = Path.ChangeExtension(typeof(CrashChild).Assembly.Location, null);
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-explicit", "only", "-method", $"{typeof(CrashChild).FullName}.{nameof(Commits_until_it_is_killed)}"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Variable] = directory;
        return Process.Start(start)!;
    }

    public static string Acknowledged(string directory, int writer) => Path.Combine(directory, $"acknowledged{writer}");

    public static string Database(string directory) => Path.Combine(directory, "test.db");

    [Fact(Explicit = true)]
    public async Task Commits_until_it_is_killed()
    {
        var directory = Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException("Only started by a crash test.");
        using var store = new SqliteDocumentStore(Database(directory), Doc.Definitions);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(() => CommitForeverAsync(store, directory, writer))));
    }

    private static async Task CommitForeverAsync(SqliteDocumentStore store, string directory, int writer)
    {
        await using var acknowledged = new FileStream(Acknowledged(directory, writer), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var i = 0; ; i++)
        {
            var sort = i.ToString("000000", CultureInfo.InvariantCulture);
            var result = await store.CommitAsync(
                [
                    Doc.Add($"l{writer}-{sort}", $"{i}", Doc.Owner($"left{writer}", sort)),
                    Doc.Add($"r{writer}-{sort}", new string('x', 3000), Doc.Owner($"right{writer}", sort)),
                ],
                CancellationToken.None);
            result.Committed.ShouldBeTrue();
            await acknowledged.WriteAsync(System.Text.Encoding.ASCII.GetBytes(sort + "\n"));
        }
    }
}
