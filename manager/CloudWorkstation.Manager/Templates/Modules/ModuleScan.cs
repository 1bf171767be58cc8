using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Templates.Modules;

/// <summary>A variable block as far as the template contract cares.</summary>
internal sealed record ModuleVariable(string Name, string File, bool Ephemeral, bool HasDefault);

/// <summary>
/// The variables, outputs and resources that a root module declares. A tolerant scan, not a parser: what it cannot read, Terraform
/// itself will say; what it does read is enough to find the mistakes people make between template.yaml and the module.
/// </summary>
internal sealed partial class ModuleScan
{
    /// <value>Name of the variable that takes the installation's facts.</value>
    public const string Platform = "platform";

    /// <value>Name of the variable that counts the places tried when the cloud has no room.</value>
    public const string Placement = "placement";

    public Dictionary<string, ModuleVariable> Variables { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Outputs { get; } = new(StringComparer.Ordinal);

    /// <value><c>TYPE.NAME</c> and <c>module.NAME</c>.</value>
    public HashSet<string> Addresses { get; } = new(StringComparer.Ordinal);

    public bool HasFiles { get; private set; }

    public static ModuleScan Of(string directory)
    {
        ModuleScan scan = new();
        foreach (var file in Directory.EnumerateFiles(directory, "*.tf").Order(StringComparer.Ordinal))
        {
            scan.HasFiles = true;
            scan.Read(Path.GetFileName(file), WithoutComments(File.ReadAllText(file)));
        }

        return scan;
    }

    private void Read(string file, string text)
    {
        foreach (Match match in BlockPattern().Matches(text))
        {
            var labels = match.Groups["label"].Captures.Select(capture => capture.Value).ToList();
            switch (match.Groups["kind"].Value)
            {
                case "variable" when labels.Count == 1:
                    var body = Body(text, match.Index + match.Length);
                    Variables[labels[0]] = new(labels[0], file, EphemeralPattern().IsMatch(body), DefaultPattern().IsMatch(body));
                    break;
                case "output" when labels.Count == 1:
                    Outputs.Add(labels[0]);
                    break;
                case "module" when labels.Count == 1:
                    Addresses.Add("module." + labels[0]);
                    break;
                case "resource" when labels.Count == 2:
                    Addresses.Add(string.Join('.', labels));
                    break;
            }
        }
    }

    /// <summary>The block's own lines: what stands in nested blocks and strings is blanked out.</summary>
    private static string Body(string text, int start)
    {
        var depth = 1;
        var quoted = false;
        var body = new System.Text.StringBuilder();
        for (var index = start; index < text.Length && depth > 0; index++)
        {
            var character = text[index];
            if (character == '"' && text[index - 1] != '\\')
                quoted = !quoted;
            if (!quoted)
                depth += character switch { '{' or '(' or '[' => 1, '}' or ')' or ']' => -1, _ => 0 };
            body.Append(character == '\n' || (depth == 1 && !quoted) ? character : ' ');
        }

        return body.ToString();
    }

    private static string WithoutComments(string text) => CommentPattern().Replace(text, match => match.Value.StartsWith('"') ? match.Value : "\n");

    [GeneratedRegex("""^[ \t]*(?<kind>variable|output|module|resource)([ \t]+"?(?<label>[A-Za-z_][A-Za-z0-9_-]*)"?){1,2}[ \t]*\{""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^[ \t]*ephemeral[ \t]*=[ \t]*true\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EphemeralPattern();

    [GeneratedRegex(@"^[ \t]*default[ \t]*=", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DefaultPattern();

    // Strings are matched too, so that a # or // inside one is no comment.
    [GeneratedRegex("""
        "(\\.|[^"\\\n])*"|\#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CommentPattern();
}
