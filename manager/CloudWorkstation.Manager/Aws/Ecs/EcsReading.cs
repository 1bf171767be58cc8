using System.Text.Json;
using CloudWorkstation.Manager.Aws.Calls;

namespace CloudWorkstation.Manager.Aws.Ecs;

/// <summary>Reads the parts of ECS's answers that we use.</summary>
internal static class EcsReading
{
    private const string ServiceGroup = "service:";

    public static (List<string> Items, string? Next) Names(JsonElement answer, string list) =>
        ([.. answer.Items(list).Select(i => i.GetString() ?? "")], answer.Text("nextToken"));

    public static List<EcsTask> Tasks(JsonElement answer) => [.. answer.Items("tasks").Select(Task)];

    public static List<EcsService> Services(JsonElement answer) => [.. answer.Items("services").Select(Service)];

    public static EcsTaskDefinition TaskDefinition(JsonElement answer)
    {
        var definition = answer.TryGetProperty("taskDefinition", out var found) ? found : default;
        return new EcsTaskDefinition(definition.Text("taskDefinitionArn") ?? "", definition.Time("registeredAt"), Tags(answer));
    }

    public static bool Nothing(JsonElement answer) => answer.ValueKind == JsonValueKind.Object;

    private static EcsTask Task(JsonElement task) => new(
        task.Text("taskArn") ?? "",
        task.Text("group") is { } group && group.StartsWith(ServiceGroup, StringComparison.Ordinal) ? group[ServiceGroup.Length..] : null,
        task.Text("lastStatus") ?? "",
        Address(task),
        Reason(task),
        task.Time("stoppedAt"),
        task.Time("startedAt"));

    private static EcsService Service(JsonElement service) => new(
        service.Text("serviceArn") ?? "",
        service.Text("serviceName") ?? "",
        service.Text("status") ?? "",
        service.Number("desiredCount"),
        service.Number("runningCount"),
        service.Time("createdAt"),
        Tags(service));

    private static string? Address(JsonElement task) => task.Items("attachments")
        .Where(a => a.Text("type") is "ElasticNetworkInterface" or "eni")
        .SelectMany(a => a.Items("details"))
        .FirstOrDefault(d => d.Text("name") == "privateIPv4Address")
        .Text("value");

    // "Essential container in task exited" says less than what the container itself has to say.
    private static string? Reason(JsonElement task)
    {
        var container = task.Items("containers").Select(c => c.Text("reason")).FirstOrDefault(r => r is not null);
        var reason = task.Text("stoppedReason");
        return container is null || reason?.Contains(container, StringComparison.Ordinal) == true ? reason : $"{reason}{(reason is null ? "" : ": ")}{container}";
    }

    private static Dictionary<string, string> Tags(JsonElement item)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in item.Items("tags"))
        {
            tags[tag.Text("key") ?? ""] = tag.Text("value") ?? "";
        }

        return tags;
    }
}
