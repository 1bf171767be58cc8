using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>A text as a tree of YAML, of which JSON is a part. What can grow without end is refused before it does.</summary>
internal static class YamlText
{
    private const int MaximumDepth = 24;

    /// <summary>Null, with a problem, when it cannot be read.</summary>
    public static YamlMappingNode? Read(string text, ConfigurationProblems problems)
    {
        try
        {
            return Refuses(text, problems) ? null : Load(text, problems);
        }
        catch (YamlException failure)
        {
            problems.Add(failure.Start, "", $"This is no YAML: {Sentence(failure)}");
            return null;
        }
    }

    private static YamlMappingNode? Load(string text, ConfigurationProblems problems)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        switch (stream.Documents.Count)
        {
            case 1 when stream.Documents[0].RootNode is YamlMappingNode root:
                return root;
            case 1:
                problems.Add(stream.Documents[0].RootNode.Start, "", "The file must begin with keys such as `version: 1`.");
                return null;
            default:
                problems.Add((Mark?)null, "", stream.Documents.Count == 0 ? "The file is empty. It begins with `version: 1`." : $"The file has {stream.Documents.Count} documents; write exactly one.");
                return null;
        }
    }

    /// <summary>Aliases can stand for endless trees, and the depth of a tree is the depth of the stack that reads it.</summary>
    private static bool Refuses(string text, ConfigurationProblems problems)
    {
        var depth = 0;
        for (var parser = new Parser(new StringReader(text)); parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaximumDepth)
            {
                problems.Add(parser.Current.Start, "", $"Nested deeper than {MaximumDepth} levels.");
                return true;
            }

            if (parser.Current is AnchorAlias alias)
            {
                problems.Add(alias.Start, "", "Aliases (*name) are not taken. Write the value out.");
                return true;
            }
        }

        return false;
    }

    private static string Sentence(YamlException failure) => (failure.InnerException ?? failure).Message.Split('\n')[0].TrimEnd('.') + ".";
}
