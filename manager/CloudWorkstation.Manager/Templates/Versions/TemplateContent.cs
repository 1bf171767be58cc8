using System.Security.Cryptography;

namespace CloudWorkstation.Manager.Templates.Versions;

/// <summary>A file of a template, under the path it will have in a version.</summary>
internal sealed record TemplateFile(string RelativePath, string FullPath, bool Executable);

/// <summary>
/// The files that make up a version of a template. A symbolic link stands for what it points at, so that templates can share modules and
/// a version still holds everything it needs; links may not leave the directory that the templates' directory is in.
/// Documentation and tests are no part of a version: changing them changes no desktop.
/// </summary>
internal sealed class TemplateContent
{
    private const int MaximumFiles = 2_000;
    private const long MaximumBytes = 50L * 1024 * 1024;
    private const int MaximumDepth = 16;

    private readonly string boundary;
    private readonly List<TemplateFile> files = [];
    private readonly List<string> problems = [];
    private readonly HashSet<string> linked = new(StringComparer.Ordinal);
    private long bytes;

    private TemplateContent(string boundary) => this.boundary = boundary;

    public IReadOnlyList<TemplateFile> Files => files;

    public IReadOnlyList<string> Problems => problems;

    /// <summary>Directories outside of the template that links point at.</summary>
    public IReadOnlyCollection<string> Linked => linked;

    public static TemplateContent Of(string directory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        TemplateContent content = new(Path.GetDirectoryName(Path.GetDirectoryName(full)) ?? "/");
        content.Walk(full, "", 0);
        if (content.files.Count > MaximumFiles || content.bytes > MaximumBytes)
            content.problems.Add($"The template has {content.files.Count} files of {content.bytes} bytes; at most {MaximumFiles} files of {MaximumBytes} bytes are allowed.");
        content.files.Sort((one, other) => string.CompareOrdinal(one.RelativePath, other.RelativePath));
        return content;
    }

    /// <summary>SHA-256 over path, executable bit, length and content of every file in the order of the paths.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        VersionStream.Write(files, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Walk(string directory, string prefix, int depth)
    {
        if (depth > MaximumDepth || files.Count > MaximumFiles)
        {
            problems.Add($"{prefix}: is nested more than {MaximumDepth} deep or too large; do links go round in a circle?");
            return;
        }

        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            var path = prefix + entry.Name;
            if (IsLeftOut(entry.Name, prefix))
                continue;
            var real = Resolve(entry, path);
            if (real is DirectoryInfo)
                Walk(real.FullName, path + "/", depth + 1);
            else if (real is FileInfo file)
                Add(path, file);
        }
    }

    private FileSystemInfo? Resolve(FileSystemInfo entry, string path)
    {
        if (entry.LinkTarget is null)
            return entry;
        var target = entry.ResolveLinkTarget(returnFinalTarget: true);
        if (target is not { Exists: true })
        {
            problems.Add($"{path}: is a link to '{entry.LinkTarget}', which does not exist; mend or remove it.");
            return null;
        }

        if (!target.FullName.StartsWith(boundary + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            problems.Add($"{path}: is a link out of the templates' own tree; link only to what is beside the templates directory.");
            return null;
        }

        linked.Add(target is DirectoryInfo ? target.FullName : Path.GetDirectoryName(target.FullName)!);
        return target;
    }

    private void Add(string path, FileInfo file)
    {
        bytes += file.Length;
        files.Add(new(path, file.FullName, (File.GetUnixFileMode(file.FullName) & UnixFileMode.UserExecute) != UnixFileMode.None));
    }

    private static bool IsLeftOut(string name, string prefix) =>
        name is ".terraform" or ".git" or ".DS_Store"
        || (name == "tests" && prefix.Length == 0)
        || name.EndsWith(".tftest.hcl", StringComparison.Ordinal)
        || name.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
        || name.Contains(".tfstate", StringComparison.Ordinal)
        || name.EndsWith('~')
        || (name.StartsWith('.') && name.EndsWith(".swp", StringComparison.Ordinal));
}
