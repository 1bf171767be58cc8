using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Accounts;

/// <summary>Key files made once for all tests that are not about keys: making RSA keys is most of what a fresh installation takes.</summary>
internal static class ReadyKeys
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Files = new(Make);

    public static void CopyTo(DataPaths paths)
    {
        foreach (var (name, content) in Files.Value)
        {
            var path = Path.Combine(paths.Keys, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    private static Dictionary<string, byte[]> Make()
    {
        using var directory = new TemporaryDirectory();
        var paths = new DataPaths(directory.Path);
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<TimeProvider>(new ManualTime())
            .AddSingleton(paths)
            .AddSingleton<SortableIds>()
            .AddAudit()
            .AddSqliteStore()
            .AddAccounts()
            .AddAccessRules()
            .BuildServiceProvider();
        _ = services.GetRequiredService<IKeyRing>().Published;
        return Directory.EnumerateFiles(paths.Keys, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(paths.Keys, f), File.ReadAllBytes, StringComparer.Ordinal);
    }
}
