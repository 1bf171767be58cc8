using System.Text.Json.Nodes;
using CloudWorkstation.MachineRoom.Cloud;

namespace CloudWorkstation.MachineRoom.Proxies;

/// <summary>The part of ECS that its own scheduler would use: moto keeps services and starts nothing for them.</summary>
public sealed class Ecs(Services services, Ec2 ec2)
{
    private const int MostServicesPerCall = 10;

    public async Task<IReadOnlyList<JsonNode>> ServicesAsync(string cluster, CancellationToken cancellationToken)
    {
        var listed = await services.EcsAsync("ListServices", new JsonObject { ["cluster"] = cluster, ["maxResults"] = 100 }, cancellationToken);
        List<JsonNode> found = [];
        foreach (var arns in listed["serviceArns"]!.AsArray().Select(arn => arn!.GetValue<string>()).Chunk(MostServicesPerCall))
        {
            var described = await services.EcsAsync("DescribeServices", new JsonObject { ["cluster"] = cluster, ["services"] = List(arns) }, cancellationToken);
            found.AddRange(described["services"]!.AsArray().OfType<JsonNode>().Where(service => service["status"]?.GetValue<string>() == "ACTIVE"));
        }

        return found;
    }

    public async Task<IReadOnlyList<ProxyTask>> TasksAsync(string cluster, CancellationToken cancellationToken)
    {
        var listed = await services.EcsAsync("ListTasks", new JsonObject { ["cluster"] = cluster, ["desiredStatus"] = "RUNNING" }, cancellationToken);
        var arns = listed["taskArns"]!.AsArray().Select(arn => arn!.GetValue<string>()).ToArray();
        if (arns.Length == 0)
            return [];
        var described = await services.EcsAsync("DescribeTasks", new JsonObject { ["cluster"] = cluster, ["tasks"] = List(arns) }, cancellationToken);
        return [.. described["tasks"]!.AsArray().Select(task => ProxyTask.From(task!)).OfType<ProxyTask>()];
    }

    /// <summary>A task as the service's scheduler starts one: in its group, with its network.</summary>
    public Task RunAsync(string cluster, JsonNode service, CancellationToken cancellationToken) => services.EcsAsync(
        "RunTask",
        new JsonObject
        {
            ["cluster"] = cluster,
            ["taskDefinition"] = service["taskDefinition"]!.GetValue<string>(),
            ["launchType"] = "FARGATE",
            ["startedBy"] = service["deployments"]?.AsArray().FirstOrDefault()?["id"]?.GetValue<string>() ?? "ecs-svc/0",
            ["group"] = ProxyTask.GroupPrefix + service["serviceName"]!.GetValue<string>(),
            ["networkConfiguration"] = NetworkOf(service),
        },
        cancellationToken);

    public async Task StopAsync(string cluster, ProxyTask task, CancellationToken cancellationToken)
    {
        await services.EcsAsync("StopTask", new JsonObject { ["cluster"] = cluster, ["task"] = task.Arn, ["reason"] = "Scaled by its service" }, cancellationToken);
        if (task.NetworkInterface is { } address)
            await ec2.CallAsync("DeleteNetworkInterface", cancellationToken, ("NetworkInterfaceId", address));
    }

    public async Task<JsonNode?> ContainerAsync(string definition, string name, CancellationToken cancellationToken)
    {
        var described = await services.EcsAsync("DescribeTaskDefinition", new JsonObject { ["taskDefinition"] = definition }, cancellationToken);
        return described["taskDefinition"]!["containerDefinitions"]!.AsArray().FirstOrDefault(container => container!["name"]!.GetValue<string>() == name);
    }

    private static JsonNode? NetworkOf(JsonNode service) =>
        (service["networkConfiguration"] ?? service["deployments"]?.AsArray().FirstOrDefault()?["networkConfiguration"])?.DeepClone();

    private static JsonArray List(IEnumerable<string> values) => [.. values.Select(value => JsonValue.Create(value))];
}
