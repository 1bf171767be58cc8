using System.Buffers;
using System.Text;

namespace CloudWorkstation.DesktopProxy.Http;

/// <summary>
/// The head of an HTTP/1.1 request (RFC 9112), read strictly: what is ambiguous is refused, because two parsers that disagree are
/// how requests are smuggled. Requests here have no body.
/// </summary>
internal sealed class RequestHead
{
    public const int MaximumBytes = 16 * 1024;
    private const int MaximumHeaders = 100;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private readonly List<KeyValuePair<string, string>> _headers = [];

    public required string Method { get; init; }

    public required string Target { get; init; }

    /// <summary>All values of a header in order, each as sent.</summary>
    public IEnumerable<string> All(string name) =>
        _headers.Where(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <summary>The value of a header that is there exactly once.</summary>
    public string? Single(string name)
    {
        var values = All(name).Take(2).ToArray();
        return values.Length == 1 ? values[0] : null;
    }

    /// <summary>The members of a comma-separated header.</summary>
    public IEnumerable<string> List(string name) =>
        All(name).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The value of a cookie that is there exactly once: two of one name are somebody's trick.</summary>
    public string? Cookie(string name)
    {
        var values = All("Cookie").SelectMany(v => v.Split(';', StringSplitOptions.TrimEntries))
            .Where(pair => pair.StartsWith(name + "=", StringComparison.Ordinal)).Take(2).ToArray();
        return values.Length == 1 ? values[0][(name.Length + 1)..].Trim('"') : null;
    }

    /// <summary>Parses a head up to and including its empty line; null when it breaks the grammar.</summary>
    public static RequestHead? Parse(ReadOnlySpan<byte> bytes)
    {
        if (!TakeLine(ref bytes, out var start) || ParseStart(start) is not { } head)
        {
            return null;
        }

        while (TakeLine(ref bytes, out var line))
        {
            if (line.IsEmpty)
            {
                return bytes.IsEmpty && head.IsPlain() ? head : null;
            }

            if (!head.TryAdd(line))
            {
                return null;
            }
        }

        return null;
    }

    private static RequestHead? ParseStart(ReadOnlySpan<byte> line)
    {
        var first = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first + 1 || !line[(last + 1)..].SequenceEqual("HTTP/1.1"u8) || line[..first].ContainsAnyExcept(TokenBytes))
        {
            return null;
        }

        var target = line[(first + 1)..last];
        return target[0] == '/' && !target.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E)
            ? new RequestHead { Method = Encoding.ASCII.GetString(line[..first]), Target = Encoding.ASCII.GetString(target) }
            : null;
    }

    private bool TryAdd(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || _headers.Count == MaximumHeaders || line[..colon].ContainsAnyExcept(TokenBytes))
        {
            return false;
        }

        var value = line[(colon + 1)..].Trim(" \t"u8);
        foreach (var b in value)
        {
            if (b is 0x7F or (< 0x20 and not (byte)'\t'))
            {
                return false;
            }
        }

        _headers.Add(new(Encoding.ASCII.GetString(line[..colon]), Encoding.Latin1.GetString(value)));
        return true;
    }

    // One Host, and nothing that announces a body.
    private bool IsPlain() => Single("Host") is not null && !All("Transfer-Encoding").Any() && All("Content-Length").All(v => v == "0");

    private static bool TakeLine(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        var end = bytes.IndexOf("\r\n"u8);
        line = end >= 0 ? bytes[..end] : default;
        bytes = end >= 0 ? bytes[(end + 2)..] : bytes;
        return end >= 0;
    }
}
