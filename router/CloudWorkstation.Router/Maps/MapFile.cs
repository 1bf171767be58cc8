using System.Text;

namespace CloudWorkstation.Router.Maps;

/// <summary>A map as HAProxy reads it at its start: a line for each entry, key and value separated by a space.</summary>
internal static class MapFile
{
    public static string Format(IReadOnlyDictionary<string, string> entries)
    {
        var text = new StringBuilder(entries.Count * 48);
        foreach (var (key, value) in entries)
        {
            text.Append(key).Append(' ').Append(value).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads a map file, or what <c>show map</c> prints after the address that begins each of its lines.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parse(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && line[0] != '#')
            {
                yield return KeyValuePair.Create(line[..space], line[(space + 1)..]);
            }
        }
    }
}
