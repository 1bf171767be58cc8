using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Cloud;

/// <summary>Where Terraform gets its providers: a mirror of this machine where there is one, else their registry, once for all desktops.</summary>
public static class TerraformProviders
{
    private const string Mirror = "CWS_TERRAFORM__MIRROR";
    private const string Configuration = "CWS_TERRAFORM__CLICONFIG";

    /// <value>The directory, by the places where terraform/mirror.sh looks. Null: this machine has none.</value>
    public static string? MirrorDirectory => Candidates().FirstOrDefault(directory => Directory.Exists(Path.Combine(directory, "registry.terraform.io")));

    /// <summary>Only where nobody has said it already: the two settings exclude each other.</summary>
    public static Dictionary<string, string?> Settings(DataDirectory data)
    {
        if (Variable(Mirror) is not null || Variable(Configuration) is not null)
            return [];
        return MirrorDirectory is { } mirror ? new() { [Mirror] = mirror } : new() { [Configuration] = ConfigurationFile(data) };
    }

    /// <summary>Terraform refuses a cache directory that does not exist.</summary>
    public static void Prepare(DataDirectory data)
    {
        if (!Settings(data).ContainsKey(Configuration))
            return;
        var cache = Directory.CreateDirectory(Path.Combine(data.Root, "terraform-plugins"));
        File.WriteAllText(ConfigurationFile(data), $"plugin_cache_dir = \"{cache.FullName}\"\n");
    }

    private static string ConfigurationFile(DataDirectory data) => Path.Combine(data.Root, "terraform.rc");

    private static IEnumerable<string> Candidates()
    {
        foreach (var name in (string[])[Mirror, "TF_PLUGIN_MIRROR"])
        {
            if (Variable(name) is { } set)
                yield return set;
        }

        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".terraform.d/plugins");
        yield return "/usr/share/terraform/plugins";
        yield return "/usr/local/share/terraform/plugins";
        if (!Directory.Exists("/opt"))
            yield break;
        foreach (var directory in Directory.EnumerateDirectories("/opt").Order(StringComparer.Ordinal))
            yield return directory;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
