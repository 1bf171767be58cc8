using System.Text;

namespace CloudWorkstation.Router.Maps;

/// <summary>
/// Writes changes of a map as commands of HAProxy's runtime API, each small enough to be accepted: the API drops a payload that
/// outgrows its buffer without a word.
/// </summary>
internal static class MapCommands
{
    public const int MaximumLines = 500;
    public const int MaximumLength = 15_000;

    /// <summary>Commands that bring <paramref name="keys"/> from <paramref name="told"/> to <paramref name="wanted"/>; each expects an empty reply.</summary>
    public static IEnumerable<string> Difference(
        string map, IReadOnlyDictionary<string, string> told, IReadOnlyDictionary<string, string> wanted, IEnumerable<string> keys)
    {
        var reference = MapNames.Reference(map);
        var commands = new List<string>();
        var added = new List<KeyValuePair<string, string>>();
        foreach (var key in keys)
        {
            var was = told.GetValueOrDefault(key);
            var now = wanted.GetValueOrDefault(key);
            if (was is not null && now is null)
            {
                commands.Add($"del map {reference} {key}");
            }
            else if (was is null && now is not null)
            {
                added.Add(KeyValuePair.Create(key, now));
            }
            else if (!string.Equals(was, now, StringComparison.Ordinal))
            {
                commands.Add($"set map {reference} {key} {now}");
            }
        }

        return Split(commands, MaximumLength - 1, ";").Concat(Additions(reference, added));
    }

    /// <summary>Payloads that add entries, to the map as it is or to a version of it in preparation (<c>@2 maps/x.map</c>).</summary>
    public static IEnumerable<string> Additions(string reference, IEnumerable<KeyValuePair<string, string>> entries)
    {
        var head = $"add map {reference} <<\n";
        return Split(entries.Select(e => $"{e.Key} {e.Value}"), MaximumLength - head.Length - 2, "\n").Select(body => head + body + "\n");
    }

    private static IEnumerable<string> Split(IEnumerable<string> lines, int length, string separator)
    {
        var text = new StringBuilder();
        var count = 0;
        foreach (var line in lines)
        {
            if (count == MaximumLines || (count > 0 && text.Length + separator.Length + line.Length > length))
            {
                yield return text.ToString();
                text.Clear();
                count = 0;
            }

            text.Append(count > 0 ? separator : "").Append(line);
            count++;
        }

        if (count > 0)
        {
            yield return text.ToString();
        }
    }
}
