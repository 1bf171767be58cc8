using System.Globalization;
using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Worker.Tests.Fleet;
using Desktop = CloudWorkstation.Manager.Desktops.Desktop;

namespace CloudWorkstation.Benchmarks.Fleet;

/// <summary>The desktops of an installation in the morning: four of ten run, the others are stopped.</summary>
internal static class FleetStore
{
    public static async Task FillAsync(string database, int count, int port, CancellationToken cancellationToken)
    {
        var definition = DesktopDocuments.DesktopDefinition;
        using var store = new SqliteDocumentStore(database, [definition]);
        var desktops = new DesktopDocuments(store).Desktops;
        foreach (var numbers in Enumerable.Range(0, count).Chunk(StoreLimits.MaximumWritesPerCommit))
            await store.CommitAsync([.. numbers.Select(number => desktops.Add(Make(number, port)))], cancellationToken);
    }

    private static Desktop Make(int number, int port)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"d{number:00000000000}");
        var runs = number % 10 < 4;
        return new Desktop
        {
            Id = id,
            Name = $"Desktop {number}",
            Owner = string.Create(CultureInfo.InvariantCulture, $"o{number:00000000000}"),
            OwnerName = $"person-{number}",
            Template = SleepingTerraform.Template,
            TemplateVersion = new string('a', 64),
            Parameters = new Dictionary<string, JsonElement>(StringComparer.Ordinal),
            Status = runs ? DesktopStatus.Running : DesktopStatus.Stopped,
            Power = runs ? Power.On : Power.Off,
            Connection = runs ? new ConnectionAddress("127.0.0.1", port) : null,
            ProtectedSecret = "none",
            State = "local:" + id,
            CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
            UpdatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        };
    }
}
