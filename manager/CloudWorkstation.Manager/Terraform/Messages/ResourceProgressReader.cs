using System.Text.Json;

namespace CloudWorkstation.Manager.Terraform.Messages;

/// <summary>
/// Follows each resource from planned to done. A replacement, which Terraform reports as a deletion and a creation, is one piece of work
/// that is done when both are.
/// </summary>
internal sealed class ResourceProgressReader
{
    private readonly Dictionary<string, Work> works = new(StringComparer.Ordinal);

    public IEnumerable<TerraformEvent> Planned(JsonElement change, DateTimeOffset at)
    {
        if (change.Member("resource")?.Text("addr") is not { } address || change.Text("action") is not { } action || action is "noop" or "no-op")
            return [];
        works[address] = new(action, action == "replace" ? 2 : 1);
        return [new TerraformEvent.Resource(at, address, action, ResourceState.Planned, TimeSpan.Zero)];
    }

    public IEnumerable<TerraformEvent> Hook(string type, JsonElement hook, DateTimeOffset at)
    {
        if (hook.Member("resource")?.Text("addr") is not { } address)
            return [];
        if (!works.TryGetValue(address, out var work))
            works[address] = work = new(hook.Text("action") ?? "update", 1);
        work.StartedAt ??= at;
        if (type == "apply_complete")
            work.Left--;
        var state = type switch
        {
            "apply_errored" => ResourceState.Failed,
            "apply_complete" when work.Left <= 0 => ResourceState.Done,
            _ => ResourceState.Running,
        };
        var elapsed = at - work.StartedAt.Value;
        return [new TerraformEvent.Resource(at, address, work.Action, state, elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed)];
    }

    private sealed class Work(string action, int parts)
    {
        public string Action { get; } = action;

        public int Left { get; set; } = parts;

        public DateTimeOffset? StartedAt { get; set; }
    }
}
