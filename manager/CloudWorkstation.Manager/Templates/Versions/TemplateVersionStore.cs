using System.Text.Json;

namespace CloudWorkstation.Manager.Templates.Versions;

/// <summary>
/// Immutable copies of template versions, <c>NAME/VERSION/</c>, each described by <c>NAME/VERSION.json</c>: a desktop stays on the
/// version it was built with for as long as it exists, whatever happens to the templates directory and to the rules for new templates.
/// </summary>
internal sealed class TemplateVersionStore(string root)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Keeps the template's content and returns it as a version.</summary>
    public Template Keep(Template template, TemplateContent content, string version, DateTimeOffset now)
    {
        var directory = DirectoryOf(template.Name, version);
        if (Load(Description(directory)) is { } known)
            return known;
        if (!Directory.Exists(directory))
            Fill(directory, temporary => Copy(content, temporary));
        return Describe(template with { Version = version, Directory = directory, LoadedAt = now });
    }

    /// <summary>Keeps a version that comes from elsewhere, as the sequence of its files.</summary>
    public Template Adopt(Template template, byte[] content)
    {
        var directory = DirectoryOf(template.Name, template.Version);
        if (!Directory.Exists(directory))
            Fill(directory, temporary => VersionStream.Unpack(content, temporary));
        return Load(Description(directory)) ?? Describe(template with { Directory = directory });
    }

    private static Template Describe(Template kept)
    {
        var directory = kept.Directory;
        var temporary = $"{Description(directory)}.{Guid.NewGuid():n}";
        File.WriteAllText(temporary, JsonSerializer.Serialize(kept));
        File.Move(temporary, Description(directory), overwrite: true);
        return kept;
    }

    /// <summary>Every version that was ever kept. What cannot be read is left out, with a reason.</summary>
    public IEnumerable<Template> LoadAll(Action<string> complain)
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (var description in Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories).Where(IsDescription))
        {
            if (Load(description) is { } template)
                yield return template;
            else
                complain(description);
        }
    }

    private bool IsDescription(string path) => Path.GetDirectoryName(Path.GetDirectoryName(path)) == Path.TrimEndingDirectorySeparator(root);

    public string DirectoryOf(string name, string version) => Path.Combine(root, name, version);

    private static string Description(string directory) => directory + ".json";

    private static Template? Load(string description)
    {
        // The data directory may have been moved since.
        var directory = Path.ChangeExtension(description, null);
        if (!File.Exists(description) || !Directory.Exists(directory))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Template>(File.ReadAllText(description)) is { } template ? template with { Directory = directory } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Copy(TemplateContent content, string directory)
    {
        foreach (var file in content.Files)
        {
            var copy = Path.Combine(directory, file.RelativePath);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!, Private);
            File.Copy(file.FullPath, copy);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | (file.Executable ? UnixFileMode.UserExecute : UnixFileMode.None));
        }
    }

    /// <summary>The directory is there whole or not at all.</summary>
    private static void Fill(string directory, Action<string> fill)
    {
        var temporary = $"{directory}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(directory)!, Private);
            fill(temporary);
            Directory.Move(temporary, directory);
        }
        catch (IOException) when (Directory.Exists(directory))
        {
            // Another process kept the same version at the same moment.
            Directory.Delete(temporary, recursive: true);
        }
        catch
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            throw;
        }
    }
}
