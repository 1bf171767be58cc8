using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Templates;

/// <summary>Patterns of parameters, compiled once. Non-backtracking, because the text they run on comes from anybody.</summary>
internal static class ParameterPattern
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">It is no regular expression, by itself.</exception>
    public static Regex Compile(string pattern) => Compiled.GetOrAdd(pattern, static text =>
    {
        // By itself first: "a)|(?:b" is none, though it would become one between our brackets.
        _ = new Regex(text, Options);
        return new Regex($@"\A(?:{text})\z", Options);
    });
}
