using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;

namespace CloudWorkstation.ConsoleHost.Pages;

/// <summary>The built console, by request path. Read again when a new build replaces it; null while there is none.</summary>
public sealed partial class ConsoleFiles(string root)
{
    public const string IndexPage = "index.html";

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    private readonly Lock gate = new();
    private Snapshot? snapshot;

    public string Root => root;

    /// <value>Only files that were listed are ever served: a path from outside never reaches the file system.</value>
    public FrozenDictionary<string, ConsoleFile>? Current
    {
        get
        {
            // One stat per request keeps a rebuild during development from needing a restart.
            var built = File.GetLastWriteTimeUtc(Path.Combine(root, IndexPage));
            lock (gate)
            {
                if (snapshot?.Built != built) snapshot = new Snapshot(built, Load());
                return snapshot.Files;
            }
        }
    }

    private FrozenDictionary<string, ConsoleFile>? Load()
    {
        if (!File.Exists(Path.Combine(root, IndexPage))) return null;
        return Directory
            .EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => !IsCompressed(path) && !IsHidden(path))
            .ToFrozenDictionary(RequestPath, Read, StringComparer.Ordinal);
    }

    private static ConsoleFile Read(string path)
    {
        var content = File.ReadAllBytes(path);
        return new ConsoleFile
        {
            ContentType = ContentTypeOf(path),
            Plain = content,
            Brotli = ReadIfThere(path + ".br"),
            Gzip = ReadIfThere(path + ".gz"),
            Tag = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12)),
            Immutable = HashedName().IsMatch(path),
        };
    }

    private static byte[]? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static string ContentTypeOf(string path)
    {
        if (!ContentTypes.TryGetContentType(path, out var type)) return "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
    }

    private string RequestPath(string path) => "/" + Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');

    private bool IsHidden(string path) => RequestPath(path).Contains("/.", StringComparison.Ordinal);

    private static bool IsCompressed(string path) => path.EndsWith(".br", StringComparison.Ordinal) || path.EndsWith(".gz", StringComparison.Ordinal);

    [GeneratedRegex(@"/assets/[^/]+-[A-Za-z0-9_-]{8}\.[a-z0-9]+\z", RegexOptions.None, 1000)]
    private static partial Regex HashedName();

    private sealed record Snapshot(DateTime Built, FrozenDictionary<string, ConsoleFile>? Files);
}
