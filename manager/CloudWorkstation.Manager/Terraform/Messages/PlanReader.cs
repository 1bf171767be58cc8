using System.Text.Json;

namespace CloudWorkstation.Manager.Terraform.Messages;

/// <summary>Reads <c>show -json</c> of a plan: its messages do not say which attribute forces a replacement.</summary>
internal static class PlanReader
{
    public static IReadOnlyList<PlannedChange> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.Items("resource_changes").Select(Change).Where(change => !IsNothing(change))];
    }

    private static PlannedChange Change(JsonElement resource)
    {
        var change = resource.Member("change") ?? default;
        return new(
            resource.Text("address") ?? "?",
            [.. change.Items("actions").Select(action => action.GetString() ?? "")],
            [.. change.Items("replace_paths").Select(PathText).Distinct(StringComparer.Ordinal)]);
    }

    private static string PathText(JsonElement path) => string.Concat(path.EnumerateArray().Select((step, index) => step.ValueKind switch
    {
        JsonValueKind.Number => $"[{step.GetRawText()}]",
        _ => (index == 0 ? "" : ".") + step.GetString(),
    }));

    private static bool IsNothing(PlannedChange change) => change.Actions is ["no-op"] or ["read"];
}
