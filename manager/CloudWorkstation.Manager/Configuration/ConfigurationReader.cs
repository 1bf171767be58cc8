using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Settings;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>Makes a configuration of a text, and finds what is wrong with it by itself: unknown keys, wrong kinds, the same name twice, sections' own rules.</summary>
internal sealed class ConfigurationReader(IEnumerable<SettingsSectionInfo> sections)
{
    private const string Settings = "settings";
    private readonly Dictionary<string, SettingsSectionInfo> known = sections.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>Null when a problem was added.</summary>
    public ConfigurationFile? Read(string text, ISecretSources secrets, ConfigurationProblems problems)
    {
        if (YamlText.Read(text, problems) is not { } root)
        {
            return null;
        }

        var shapes = new ShapeReader(problems, secrets);
        var sectionsNode = Take(root, Settings);
        var body = shapes.Read(root, typeof(ConfigurationFile), "");
        var values = sectionsNode is null ? [] : ReadSections(sectionsNode, shapes, problems);
        if (problems.Any)
        {
            return null;
        }

        var file = body.Deserialize<ConfigurationFile>(ShapeReader.Json)! with { Settings = values };
        Check(file, problems);
        return problems.Any ? null : file;
    }

    /// <summary>The sections' own rules, as far as they can be kept without the secrets that are set elsewhere.</summary>
    public void CheckSections(ConfigurationFile file, ConfigurationProblems problems)
    {
        foreach (var (name, value) in file.Settings)
        {
            problems.AddAll($"{Settings}.{name}", known[name].Check(value));
        }
    }

    private Dictionary<string, object> ReadSections(YamlNode node, ShapeReader shapes, ConfigurationProblems problems)
    {
        problems.Note(Settings, node.Start);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, key, value) in shapes.Members(node, Settings))
        {
            var path = $"{Settings}.{name}";
            if (!known.TryGetValue(name, out var section))
            {
                shapes.Unknown(key, path, known.Keys.Order(StringComparer.Ordinal));
            }
            else if (shapes.Read(value, section.Type, path) is JsonObject read && Make(read, section, path, problems) is { } made)
            {
                values[name] = made;
            }
        }

        return values;
    }

    private static object? Make(JsonObject read, SettingsSectionInfo section, string path, ConfigurationProblems problems)
    {
        // A member that is empty has its default, as one that is not there.
        foreach (var empty in read.Where(m => m.Value is null).Select(m => m.Key).ToList())
        {
            read.Remove(empty);
        }

        if (problems.Any)
        {
            return null;
        }

        try
        {
            return read.Deserialize(section.Type, ShapeReader.Json);
        }
        catch (JsonException misfit)
        {
            problems.Add(ConfigurationProblems.Join(path, misfit.Path?.TrimStart('$', '.') ?? ""), "is not of the right kind.");
            return null;
        }
    }

    private static void Check(ConfigurationFile file, ConfigurationProblems problems)
    {
        if (file.Version != ConfigurationFile.CurrentVersion)
        {
            problems.Add("version", $"This product reads version {ConfigurationFile.CurrentVersion}.");
        }

        Twice(file.Entitlements, "entitlements", "id", e => e.Id, problems);
        Twice(file.Roles, "roles", "name", r => r.Name, problems);
        Twice(file.Groups, "groups", "name", g => g.Name, problems);
        Twice(file.Accounts, "accounts", "userName", a => UserNames.Normalize(a.UserName), problems);
        foreach (var (account, index) in (file.Accounts ?? []).Select((a, i) => (a, i)))
        {
            CheckAccount(account, $"accounts[{index}]", problems);
        }
    }

    private static void CheckAccount(ConfiguredAccount account, string path, ConfigurationProblems problems)
    {
        if (!UserNames.IsValid(account.UserName))
        {
            problems.Add(path + ".userName", "A user name has 1 to 64 characters: letters a to z, digits, and . _ @ -");
        }

        if (account is { GeneratePassword: true, PasswordFile: not null })
        {
            problems.Add(path + ".generatePassword", "Either a password is generated or it comes from passwordFile.");
        }

        if (account.PasswordFile is { IsKept: true })
        {
            problems.Add(path + ".passwordFile", "must be a path.");
        }
    }

    private static void Twice<T>(IReadOnlyList<T>? items, string kind, string member, Func<T, string> name, ConfigurationProblems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (items?.Count ?? 0); i++)
        {
            if (!seen.Add(name(items![i])))
            {
                problems.Add($"{kind}[{i}].{member}", $"'{name(items[i])}' stands there twice.");
            }
        }
    }

    private static YamlNode? Take(YamlMappingNode root, string name)
    {
        var key = root.Children.Keys.FirstOrDefault(k => k is YamlScalarNode { Value: var text } && text == name);
        if (key is null)
        {
            return null;
        }

        var value = root.Children[key];
        root.Children.Remove(key);
        return value;
    }
}
