using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CloudWorkstation.Guacd;

/// <summary>A filesystem in memory, as guacd shows one: an object whose <c>get</c> lists a directory or sends a file.</summary>
public sealed class RemoteFiles(string name = "Shared")
{
    internal const int Object = 0;
    private const string Index = "application/vnd.glyptodon.guacamole.stream-index+json";
    private const string Bytes = "application/octet-stream";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public string Name => name;

    /// <summary>Contents by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Keeps a file; a name without a directory goes to the root.</summary>
    public RemoteFiles Store(string path, byte[] content)
    {
        _files["/" + path.TrimStart('/')] = content;
        return this;
    }

    internal (string Type, byte[] Content)? Find(string path)
    {
        if (_files.TryGetValue(path, out var content))
        {
            return (Bytes, content);
        }

        var directory = path.TrimEnd('/') + "/";
        var entries = _files.Keys.Where(f => f.StartsWith(directory, StringComparison.Ordinal)).Select(f => EntryOf(f, directory)).Distinct().ToDictionary();
        return path == "/" || entries.Count > 0 ? (Index, JsonSerializer.SerializeToUtf8Bytes(entries, Plain)) : null;
    }

    private static KeyValuePair<string, string> EntryOf(string file, string directory)
    {
        var slash = file.IndexOf('/', directory.Length);
        return slash < 0 ? new(file, Bytes) : new(file[..slash], Index);
    }
}
