using System.Text.Json;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>A catalogue of two templates and a broken one, without files.</summary>
public sealed class TestTemplates : ITemplateCatalogue, IParameterValidator
{
    public event EventHandler? Changed;

    public List<Template> All { get; } =
    [
        New("local-vnc", "v1", 3),
        New("local-vnc", "v2", 3),
        New("tiny", "v1", 1),
    ];

    public IReadOnlyList<TemplateEntry> Entries =>
        [new("broken", null, ["template.yaml: title is missing"]), .. All.GroupBy(t => t.Name).Select(g => new TemplateEntry(g.Key, g.First(), []))];

    public Template? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    public Template? FindVersion(string name, string version) => All.FirstOrDefault(t => t.Name == name && t.Version == version);

    public IReadOnlyList<Template> Versions(string name) => [.. All.Where(t => t.Name == name)];

    public Task ReloadAsync(CancellationToken cancellationToken)
    {
        Changed?.Invoke(this, EventArgs.Empty);
        return Task.CompletedTask;
    }

    public Outcome<IReadOnlyDictionary<string, JsonElement>> Validate(
        Template template,
        IReadOnlyDictionary<string, JsonElement> values,
        IReadOnlyDictionary<string, JsonElement>? current)
    {
        var unknown = values.Keys.Where(k => k != "geometry").Select(k => new FieldError($"parameters.{k}", "There is no such parameter.")).ToList();
        return unknown.Count > 0
            ? Problem.Invalid(unknown)
            : Outcome<IReadOnlyDictionary<string, JsonElement>>.From(new Dictionary<string, JsonElement>
            {
                ["geometry"] = values.TryGetValue("geometry", out var value) ? value : JsonSerializer.SerializeToElement("1280x720"),
            });
    }

    private static Template New(string name, string version, int maximum) => new()
    {
        Name = name,
        Version = version,
        Title = $"The {name}",
        Protocol = "vnc",
        Directory = $"/nowhere/{name}/{version}",
        MaximumPerUser = maximum,
        Parameters = [new TemplateParameter { Name = "geometry", Type = ParameterType.String, Title = "Screen", Mutable = true }],
    };
}
