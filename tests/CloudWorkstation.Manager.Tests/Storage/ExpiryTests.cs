using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudWorkstation.Manager.Tests.Storage;

public sealed class ExpiryTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly TemporaryDirectory directory = new();
    private readonly ManualTime time = new();
    private readonly ServiceProvider services;

    public ExpiryTests()
    {
        var collection = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time).AddSingleton(new DataPaths(directory.File("data")));
        foreach (var definition in Doc.Definitions)
        {
            collection.AddSingleton(definition);
        }

        services = collection.AddSqliteStore().BuildServiceProvider();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IDocumentStore Store => services.GetRequiredService<IDocumentStore>();

    public void Dispose()
    {
        services.Dispose();
        directory.Dispose();
    }

    [Fact(Timeout = Timeout)]
    public async Task Expired_documents_are_removed_with_their_index_entries_and_others_stay()
    {
        var soon = time.GetUtcNow().AddSeconds(30);
        await Store.CommitAsync([.. Enumerable.Range(0, 90).Select(i => Doc.Add($"n{i:00}", "x", Doc.Owner("p", $"{i:00}")) with { ExpiresAt = soon })], Token);
        await Store.CommitAsync([.. Enumerable.Range(100, 90).Select(i => Doc.Add($"n{i}", "x", Doc.Owner("p", $"{i}")) with { ExpiresAt = soon })], Token);
        await Store.CommitAsync(
            [
                Doc.Add("later", "x", Doc.Owner("p", "later")) with { ExpiresAt = soon.AddHours(1) },
                Doc.Add("never", "x", Doc.Owner("p", "never")),
                Doc.Add("extended", "x", Doc.Owner("p", "extended")) with { ExpiresAt = soon },
            ],
            Token);
        await Store.CommitAsync([Doc.Replace("extended", 1, "y", Doc.Owner("p", "extended"))], Token);
        var removal = services.GetServices<IHostedService>().Single();
        await removal.StartAsync(Token);

        // A round may begin before the clock moves, so it moves until one has seen it.
        DocumentPage page;
        do
        {
            time.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(10, Token);
            page = await Store.QueryAsync(Doc.Query("p") with { Limit = 1000 }, Token);
        }
        while (page.Documents.Count > 3 && time.GetUtcNow() < soon.AddMinutes(30));

        await removal.StopAsync(Token);
        Doc.Ids(page).ShouldBe(["extended", "later", "never"]);
        (await Store.GetAsync(Doc.Key("n00"), Token)).ShouldBeNull();
        (await Store.GetAsync(Doc.Key("n189"), Token)).ShouldBeNull();
    }
}
