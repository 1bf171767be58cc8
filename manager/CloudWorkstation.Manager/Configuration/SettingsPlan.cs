using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>A section that a file changes.</summary>
internal sealed record SettingsStep(ISettingsPart Part, object Value, long Version, ConfigurationChange Change);

/// <summary>The sections as a file wants them, compared with those there are.</summary>
internal sealed class SettingsPlanner(IEnumerable<ISettingsPart> parts)
{
    public async Task<IReadOnlyList<SettingsStep>> PlanAsync(ConfigurationFile file, ConfigurationProblems problems, CancellationToken cancellationToken)
    {
        var steps = new List<SettingsStep>();
        foreach (var part in parts.Where(p => file.Settings.ContainsKey(p.Info.Name)).OrderBy(p => p.Info.Name, StringComparer.Ordinal))
        {
            var path = "settings." + part.Info.Name;
            var view = await part.ReadAsync(cancellationToken);
            var (value, missing) = part.Complete(file.Settings[part.Info.Name], view.Value);
            problems.AddAll(path, missing.Select(field => new FieldError(field, "is {set: true}, and none is set here. Write {fromFile: PATH} or {fromEnv: NAME}.")));
            if (missing.Count > 0 || part.AreSame(value, view.Value))
            {
                continue;
            }

            problems.AddAll(path, part.Info.Check(value));
            if (view.Fixed)
            {
                problems.Add(path, "The operator's configuration fixes this section otherwise. Take it out of the file.");
            }

            steps.Add(new SettingsStep(part, value, view.Version, new ConfigurationChange("settings", part.Info.Name, view.Version == 0 ? "add" : "change", Differences(view.Value, value), problems.LineOf(path))));
        }

        return steps;
    }

    /// <summary>Of a section in which only a secret differs, the name says nothing: then none is named.</summary>
    private static List<string> Differences(object before, object after)
    {
        var (one, other) = (Members(before), Members(after));
        return [.. one.Select(m => m.Key).Union(other.Select(m => m.Key), StringComparer.Ordinal).Where(k => !JsonNode.DeepEquals(one[k], other[k])).Order(StringComparer.Ordinal)];
    }

    private static JsonObject Members(object value) => System.Text.Json.JsonSerializer.SerializeToNode(value, value.GetType(), ProductJson.Options)!.AsObject();
}
