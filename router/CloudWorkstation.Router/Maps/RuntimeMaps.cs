using System.Text.RegularExpressions;
using CloudWorkstation.Router.Haproxy;

namespace CloudWorkstation.Router.Maps;

/// <summary>
/// HAProxy's maps in memory. Remembers what each was told, so that a change costs as much as the change; after anything unexpected it
/// forgets, looks at what is really there and settles the difference.
/// </summary>
internal sealed partial class RuntimeMaps(HaproxySocket runtime, ILogger<RuntimeMaps> log)
{
    /// <summary>From here on a new version of the whole map, put in place at once, is cheaper than single changes.</summary>
    private const int ManyChanges = 1000;

    private readonly Dictionary<string, Dictionary<string, string>> _told = new(StringComparer.Ordinal);

    /// <summary>Another worker answers now, or it may have been told something else: trust nothing.</summary>
    public void Forget() => _told.Clear();

    /// <summary>Makes HAProxy's memory equal to <paramref name="map"/>.</summary>
    public async Task ApplyAsync(DesiredMap map, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(map, cancellationToken);
        }
        catch (HaproxyException e)
        {
            log.LogWarning("Map {Map}: {Reason}. Comparing it as a whole.", map.Name, e.Message);
            _told.Remove(map.Name);
            await SettleAsync(map, cancellationToken);
        }
    }

    /// <summary>Compares HAProxy's own counts with ours, at the price of one command; a map that differs is put in place as a whole.</summary>
    public async Task VerifyAsync(IEnumerable<DesiredMap> maps, CancellationToken cancellationToken)
    {
        var all = maps.ToList();
        foreach (var map in await DifferingAsync(all, cancellationToken))
        {
            log.LogWarning("Map {Map} has not the {Count} entries it should have; replacing it.", map.Name, map.Entries.Count);
            await ReplaceAsync(map, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<DesiredMap>> DifferingAsync(List<DesiredMap> maps, CancellationToken cancellationToken)
    {
        var list = await runtime.AskAsync("show map", cancellationToken);
        var counts = EntryCount().Matches(list).ToDictionary(m => m.Groups["map"].Value, m => int.Parse(m.Groups["count"].Value), StringComparer.Ordinal);
        return [.. maps.Where(m => counts.GetValueOrDefault(m.Name, -1) != m.Entries.Count)];
    }

    private async Task SettleAsync(DesiredMap map, CancellationToken cancellationToken)
    {
        var known = _told.TryGetValue(map.Name, out var told);
        told ??= await ReadAsync(map.Name, cancellationToken);
        var keys = told is null || known ? map.Changed : Differences(told, map.Entries);
        if (told is null || keys.Count > ManyChanges)
        {
            await ReplaceAsync(map, cancellationToken);
            return;
        }

        foreach (var command in MapCommands.Difference(map.Name, told, map.Entries, keys))
        {
            await runtime.TellAsync(command, cancellationToken);
        }

        Remember(map, told, keys);
    }

    private void Remember(DesiredMap map, Dictionary<string, string> told, IReadOnlyCollection<string> keys)
    {
        foreach (var key in keys)
        {
            if (map.Entries.TryGetValue(key, out var value))
            {
                told[key] = value;
            }
            else
            {
                told.Remove(key);
            }
        }

        _told[map.Name] = told;
        map.Told();
    }

    /// <summary>A prepared version becomes visible whole, and takes every older one with it.</summary>
    private async Task ReplaceAsync(DesiredMap map, CancellationToken cancellationToken)
    {
        _told.Remove(map.Name);
        var reference = MapNames.Reference(map.Name);
        var reply = await runtime.AskAsync($"prepare map {reference}", cancellationToken);
        var version = NewVersion().Match(reply) is { Success: true } match
            ? match.Groups["number"].Value
            : throw new HaproxyException($"HAProxy prepared no new version of {reference}: {reply}");
        foreach (var command in MapCommands.Additions($"@{version} {reference}", map.Entries))
        {
            await runtime.TellAsync(command, cancellationToken);
        }

        await runtime.TellAsync($"commit map @{version} {reference}", cancellationToken);
        Remember(map, new Dictionary<string, string>(map.Entries, StringComparer.Ordinal), []);
    }

    /// <summary>What HAProxy holds; null when a key stands there twice, which no command can put right.</summary>
    private async Task<Dictionary<string, string>?> ReadAsync(string map, CancellationToken cancellationToken)
    {
        var reply = await runtime.AskAsync($"show map {MapNames.Reference(map)}", cancellationToken);
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = reply.Split('\n').Where(l => l.StartsWith("0x", StringComparison.Ordinal)).Select(l => l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        return MapFile.Parse(lines).All(e => entries.TryAdd(e.Key, e.Value)) ? entries : null;
    }

    private static List<string> Differences(Dictionary<string, string> told, IReadOnlyDictionary<string, string> wanted) =>
    [
        .. told.Keys.Where(k => !wanted.ContainsKey(k)),
        .. wanted.Where(e => !string.Equals(told.GetValueOrDefault(e.Key), e.Value, StringComparison.Ordinal)).Select(e => e.Key),
    ];

    [GeneratedRegex(@"\(maps/(?<map>[a-z]+)\.map\).*entry_cnt=(?<count>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EntryCount();

    [GeneratedRegex(@"^New version created: (?<number>\d+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NewVersion();
}
