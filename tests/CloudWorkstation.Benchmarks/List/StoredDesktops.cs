using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using Desktop = CloudWorkstation.Manager.Desktops.Desktop;

namespace CloudWorkstation.Benchmarks.List;

/// <summary>An api over a store with so many desktops, and an administrator who asks it.</summary>
internal sealed class StoredDesktops(ApiAlone api) : IAsyncDisposable
{
    private const int OwnersDesktops = 20;
    private HttpClient? _http;

    public static async Task<StoredDesktops> StartAsync(int count, CancellationToken cancellationToken)
    {
        var api = new ApiAlone();
        try
        {
            // Once before, to make the store as the api makes it.
            await api.StartAsync(cancellationToken);
            await api.StopAsync();
            await FillAsync(api.Database, count, cancellationToken);
            await api.StartAsync(cancellationToken);
            return new StoredDesktops(api);
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    public static string Owner(int number) => $"o{number:00000000000}";

    /// <summary>Must come first, and again before the token runs out after five minutes.</summary>
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        _http?.Dispose();
        _http = await api.SignInAsync(cancellationToken);
    }

    /// <summary>Milliseconds from the request to the last byte of the answer.</summary>
    public async Task<double> TimeAsync(string path, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var answer = await _http!.GetAsync(path, cancellationToken);
        await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await api.DisposeAsync();
    }

    private static async Task FillAsync(string database, int count, CancellationToken cancellationToken)
    {
        using var store = new SqliteDocumentStore(database, [new CollectionDefinition("desktops", "owner", "all", "status", "template")]);
        var desktops = new Collection<Desktop>(store, new CollectionDefinition("desktops", "owner", "all", "status", "template"), desktop => desktop.Id, Indexes);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(StoreLimits.MaximumWritesPerCommit))
            await store.CommitAsync([.. numbers.Select(number => desktops.Add(Make(number)))], cancellationToken);
    }

    private static IEnumerable<IndexEntry> Indexes(Desktop desktop)
    {
        var sort = $"{desktop.CreatedAt.UtcTicks:x16}";
        return [new("owner", desktop.Owner, sort), new("all", "all", sort), new("status", "stopped", sort), new("template", desktop.Template, sort)];
    }

    private static Desktop Make(int number) => new()
    {
        Id = $"d{number:00000000000}",
        Name = $"Desktop {number}",
        Owner = Owner(number / OwnersDesktops),
        OwnerName = $"person-{number / OwnersDesktops}",
        Template = "local-vnc",
        TemplateVersion = new string('a', 64),
        Parameters = new Dictionary<string, JsonElement>(StringComparer.Ordinal),
        Status = DesktopStatus.Stopped,
        Power = Power.Off,
        ProtectedSecret = "none",
        State = string.Create(CultureInfo.InvariantCulture, $"local:d{number:00000000000}"),
        CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        UpdatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
    };
}
