using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Templates.Manifests;

/// <summary>Makes a template of template.yaml, strictly: whatever is not understood is a problem, and all problems are found in one go.</summary>
internal static partial class ManifestReader
{
    private const int DefaultPerUser = 5;

    /// <summary>A template without version and directory, valid only when no problem was added.</summary>
    public static Template? Read(string text, string directoryName, ManifestProblems problems)
    {
        if (Root(text, problems) is not { } root)
            return null;
        var template = new Template
        {
            Name = Name(root, directoryName),
            Version = "",
            Directory = "",
            Title = Bounded(root, "title", root.RequiredText("title"), 80) ?? directoryName,
            Description = Bounded(root, "description", root.Text("description"), 500) ?? "",
            Icon = Icon(root),
            Protocol = Protocol(root),
            PersonSignsIn = PersonSignsIn(root),
            Parameters = ParameterReader.Read(root.List("parameters"), problems),
            Session = SessionReader.Read(root),
            MaximumPerUser = Quota(root),
            Persistent = Persistent(root),
            Placements = root.WholeNumber("placements", 1, 100) ?? 1,
            ReadyMinutes = root.WholeNumber("ready_minutes", 1, 120),
        };
        root.RefuseUnknown();
        return template;
    }

    private static YamlMapping? Root(string text, ManifestProblems problems)
    {
        try
        {
            YamlStream stream = [];
            using StringReader reader = new(text);
            stream.Load(reader);
            if (stream.Documents.Count == 1)
                return YamlMapping.Of(stream.Documents[0].RootNode, "", problems);
            problems.Add($"{ManifestProblems.FileName}: has {stream.Documents.Count} documents; write exactly one.");
        }
        catch (YamlException exception)
        {
            problems.Add($"{ManifestProblems.FileName}:{exception.Start.Line}: is no YAML: {exception.Message.TrimEnd('.')}; mend the line.");
        }

        return null;
    }

    private static string Name(YamlMapping root, string directoryName)
    {
        var name = root.RequiredText("name");
        if (name is not null && name != directoryName)
            root.Complain("name", $"is '{name}' in directory '{directoryName}'", "make the two equal");
        if (!NamePattern().IsMatch(directoryName))
            root.Complain("name", $"is '{directoryName}'", "write 1 to 40 characters of a-z, 0-9 and -, not at the ends");
        return directoryName;
    }

    private static string Icon(YamlMapping root)
    {
        var icon = root.Text("icon") ?? "desktop";
        if (!NamePattern().IsMatch(icon))
            root.Complain("icon", $"is '{icon}'", "write 1 to 40 characters of a-z, 0-9 and -");
        return icon;
    }

    private static string Protocol(YamlMapping root)
    {
        root.RequiredText("protocol");
        return root.OneOf("protocol", "vnc", "rdp", "ssh") ?? "vnc";
    }

    private static bool PersonSignsIn(YamlMapping root)
    {
        var person = root.OneOf("sign_in", "desktop", "person") == "person";
        if (person && root.Text("protocol") == "vnc")
            root.Complain("sign_in", "is 'person' with the protocol vnc, which has no accounts", "leave it out, or write rdp or ssh as the protocol");
        return person;
    }

    private static int Quota(YamlMapping root)
    {
        if (root.Mapping("quota") is not { } mapping)
            return DefaultPerUser;
        var perUser = mapping.WholeNumber("per_user", 1, 1_000) ?? DefaultPerUser;
        mapping.RefuseUnknown();
        return perUser;
    }

    private static List<string> Persistent(YamlMapping root)
    {
        List<string> addresses = [];
        foreach (var node in root.List("persistent"))
        {
            if (node is YamlScalarNode { Value: { } address } && AddressPattern().IsMatch(address))
                addresses.Add(address);
            else
                root.Complain("persistent", $"has '{node}'", "write resource addresses such as aws_ebs_volume.home or module.disk, without [keys]");
        }

        return addresses;
    }

    private static string? Bounded(YamlMapping root, string key, string? text, int maximum)
    {
        if (text is not null && (text.Length == 0 || text.Length > maximum))
            root.Complain(key, $"has {text.Length} characters", $"write 1 to {maximum}");
        return text;
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^(module\.[A-Za-z0-9_-]+|[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)(\.[A-Za-z0-9_-]+)*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AddressPattern();
}
