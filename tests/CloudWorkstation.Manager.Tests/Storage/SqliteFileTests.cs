using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace CloudWorkstation.Manager.Tests.Storage;

/// <summary>What is particular to the SQLite store: its files, its settings, its errors.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private const int Timeout = 60_000;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(directory.Path, "data", "test.db");

    [Fact(Timeout = Timeout)]
    public async Task Directory_and_files_are_for_their_owner_only()
    {
        using var store = Open();
        await store.CommitAsync([Doc.Add("a")], Token);

        File.GetUnixFileMode(Path.GetDirectoryName(Database)!).ShouldBe(OwnerOnly | UnixFileMode.UserExecute);
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(Database)!).ToArray();
        files.Length.ShouldBe(3);
        files.ShouldAllBe(f => File.GetUnixFileMode(f) == OwnerOnly);
    }

    [Fact(Timeout = Timeout)]
    public async Task Documents_are_there_after_the_store_is_opened_again()
    {
        using (var store = Open())
        {
            await store.CommitAsync([Doc.Add("a", "kept", Doc.Owner("p", "1"))], Token);
        }

        File.Exists(Database + "-wal").ShouldBeFalse();
        using var again = Open();
        Doc.Text(await again.GetAsync(Doc.Key("a"), Token)).ShouldBe("kept");
        Doc.Ids(await again.QueryAsync(Doc.Query("p"), Token)).ShouldBe(["a"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_stores_on_one_file_see_each_others_commits()
    {
        using var one = Open();
        using var other = Open();

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Task.Run(() => (i % 2 == 0 ? one : other).CommitAsync([Doc.Add($"n{i / 2}")], Token))));

        results.Count(r => r.Committed).ShouldBe(20);
        (await other.GetAsync(Doc.Key("n0"), Token)).ShouldNotBeNull();
        (await one.GetAsync(Doc.Key("n0"), Token)).ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_full_disk_is_reported_as_such_and_leaves_everything_usable()
    {
        using var store = new SqliteDocumentStore(Database, Doc.Definitions, maximumPages: 60);

        await FillAsync(store, async () => (await store.CommitAsync([Doc.Delete("n0", 1)], Token)).Committed.ShouldBeTrue());
    }

    /// <summary>A file system of 1 MB says "no space left" for real. Mounting it takes root.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_full_file_system_is_reported_as_such_and_leaves_everything_usable()
    {
        var mount = Directory.CreateDirectory(directory.File("small")).FullName;
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount), "Only root may mount a file system.");
        try
        {
            var ballast = Path.Combine(mount, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[200_000], Token);
            using var store = new SqliteDocumentStore(Path.Combine(mount, "test.db"), Doc.Definitions);
            await FillAsync(store, () => Task.Run(() => File.Delete(ballast), Token));
        }
        finally
        {
            await RunAsync("umount", mount);
        }
    }

    private static async Task FillAsync(SqliteDocumentStore store, Func<Task> makeRoom)
    {
        await store.CommitAsync([Doc.Add("before", "kept")], Token);
        var written = 0;
        await Should.ThrowAsync<StorageFullException>(async () =>
        {
            for (; written < 1000; written++)
            {
                await store.CommitAsync([Doc.Add($"n{written}", new string('x', 10_000), Doc.Owner("p", $"{written:0000}"))], Token);
            }
        });

        written.ShouldBeInRange(1, 100);
        (await store.GetAsync(Doc.Key($"n{written}"), Token)).ShouldBeNull();
        (await store.QueryAsync(Doc.Query("p") with { Limit = 1000 }, Token)).Documents.Count.ShouldBe(written);
        Doc.Text(await store.GetAsync(Doc.Key("before"), Token)).ShouldBe("kept");
        await makeRoom();
        (await store.CommitAsync([Doc.Add("small")], Token)).Committed.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task One_commit_too_large_for_the_disk_does_not_take_its_neighbours_with_it()
    {
        using var store = new SqliteDocumentStore(Database, Doc.Definitions, maximumPages: 60);
        var large = Doc.Add("large", new string('x', 380_000));

        var commits = Enumerable.Range(0, 20).Select(i => store.CommitAsync([i == 10 ? large : Doc.Add($"n{i}")], Token)).ToArray();

        for (var i = 0; i < commits.Length; i++)
        {
            if (i == 10)
            {
                await Should.ThrowAsync<StorageFullException>(commits[i]);
            }
            else
            {
                (await commits[i]).Committed.ShouldBeTrue();
            }
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_file_of_a_newer_release_is_left_alone()
    {
        await Task.Yield();
        Open().Dispose();
        Execute("PRAGMA user_version = 99");

        Should.Throw<NotSupportedException>(Open).Message.ShouldContain("newer release");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_page_is_one_seek_and_a_walk_wherever_it_begins()
    {
        await Task.Yield();
        Open().Dispose();

        var plan = Execute(
            """
            EXPLAIN QUERY PLAN SELECT e.sort, e.id, d.version, d.json FROM entries e CROSS JOIN documents d ON d.number = e.document
            WHERE e.collection = 'c' AND e.name = 'n' AND e.partition = 'p' AND e.sort < 'z' AND (e.sort, e.id) > ('a', 'b') ORDER BY e.sort, e.id LIMIT 10
            """);

        plan.ShouldContain("SEARCH e USING PRIMARY KEY (collection=? AND name=? AND partition=? AND (sort,id)>(?,?) AND sort<?)");
        plan.ShouldContain("SEARCH d USING INTEGER PRIMARY KEY");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_closed_store_says_so()
    {
        var store = Open();
        store.Dispose();
        store.Dispose();

        await Should.ThrowAsync<ObjectDisposedException>(() => store.CommitAsync([Doc.Add("a")], Token));
        await Should.ThrowAsync<ObjectDisposedException>(() => store.GetAsync(Doc.Key("a"), Token));
    }

    [Fact(Timeout = Timeout)]
    public async Task Closing_finishes_the_commits_that_wait()
    {
        var store = Open();
        var commits = Enumerable.Range(0, 200).Select(i => store.CommitAsync([Doc.Add($"n{i}")], Token)).ToArray();

        store.Dispose();

        (await Task.WhenAll(commits)).ShouldAllBe(r => r.Committed);
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.WaitForExitAsync(Token);
        return process.ExitCode == 0;
    }

    private SqliteDocumentStore Open() => new(Database, Doc.Definitions);

    private string Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(reader.FieldCount - 1));
        }

        return string.Join('\n', rows);
    }
}
