using YamlDotNet.Core;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>Something wrong with a configuration, and where.</summary>
/// <param name="Line">Counted from 1; 0 when it is about the whole.</param>
/// <param name="Column">Counted from 1.</param>
/// <param name="Field">For example <c>roles[2].permissions[0]</c>.</param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record ConfigurationProblem(long Line, long Column, string Field, string Message)
{
    public override string ToString() => (Line > 0 ? $"line {Line}: " : "") + (Field.Length > 0 ? $"{Field}: " : "") + Message;
}

/// <summary>Where everything of a file stands, and all that is wrong with it.</summary>
internal sealed class ConfigurationProblems
{
    private const int Most = 200;
    private readonly Dictionary<string, Mark> places = new(StringComparer.Ordinal);
    private readonly List<ConfigurationProblem> list = [];

    public bool Any => list.Count > 0;

    public IReadOnlyList<ConfigurationProblem> List => [.. list.OrderBy(p => p.Line).ThenBy(p => p.Column).Take(Most)];

    public void Note(string path, Mark at) => places.TryAdd(path, at);

    public void Add(string field, string message) => Add(PlaceOf(field), field, message);

    public void Add(Mark? at, string field, string message) => list.Add(new ConfigurationProblem(at?.Line ?? 0, at?.Column ?? 0, field, message));

    public void AddAll(string under, IEnumerable<FieldError> errors)
    {
        foreach (var error in errors)
        {
            Add(Join(under, error.Field), error.Message);
        }
    }

    public long LineOf(string path) => PlaceOf(path)?.Line ?? 0;

    public static string Join(string path, string member) =>
        path.Length == 0 ? member : member.Length == 0 ? path : member[0] == '[' ? path + member : $"{path}.{member}";

    /// <summary>The place of the field, or of the nearest thing around it that stands in the file.</summary>
    private Mark? PlaceOf(string field)
    {
        while (true)
        {
            if (places.TryGetValue(field, out var at))
            {
                return at;
            }

            var cut = field.LastIndexOfAny(['.', '[']);
            if (cut < 0)
            {
                return null;
            }

            field = field[..cut];
        }
    }
}
