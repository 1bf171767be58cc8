using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Architecture.Tests;

/// <summary>Finds where code records something, and the expression that names the action: the second argument, wherever it stands.</summary>
internal static partial class AuditUses
{
    public static IEnumerable<string> In(string source) => Calls().Matches(source)
        .Select(call => Arguments(source, call.Index + call.Length))
        .Where(arguments => arguments.Count > 1)
        .Select(arguments => arguments[1].Trim());

    /// <summary>A literal has to be a name of the catalogue; a name put together is none; anything else was one of them before.</summary>
    public static bool IsFromTheCatalogue(string expression) =>
        !expression.Contains('"', StringComparison.Ordinal)
        || (expression.StartsWith('"') && expression.EndsWith('"') && AuditActions.Find(expression[1..^1]) is not null);

    private static List<string> Arguments(string source, int start)
    {
        List<string> found = [];
        var (depth, begin) = (0, start);
        for (var i = start; i < source.Length; i++)
        {
            if (source[i] == '"')
            {
                i = source.IndexOf('"', i + 1);
                continue;
            }

            depth += source[i] is '(' or '[' or '{' ? 1 : source[i] is ')' or ']' or '}' ? -1 : 0;
            if (depth < 0 || (depth == 0 && source[i] == ','))
            {
                found.Add(source[begin..i]);
                begin = i + 1;
            }

            if (depth < 0)
            {
                break;
            }
        }

        return found;
    }

    [GeneratedRegex("""(\baudit\.(Entry|RecordAsync)|\.Audit|\bnew Attempt)\(""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Calls();
}
