using System.Text.Json.Nodes;

namespace CloudWorkstation.MachineRoom.Proxies;

/// <summary>A running task of a service, as ECS describes it.</summary>
public sealed record ProxyTask(string Arn, string Service, string Definition, string Address, string? NetworkInterface)
{
    public const string GroupPrefix = "service:";

    /// <summary>Null for what is no task of a service, has no address or runs no more.</summary>
    public static ProxyTask? From(JsonNode task)
    {
        var group = task["group"]?.GetValue<string>() ?? "";
        if (!group.StartsWith(GroupPrefix, StringComparison.Ordinal) || task["lastStatus"]?.GetValue<string>() != "RUNNING" || task["desiredStatus"]?.GetValue<string>() != "RUNNING")
            return null;
        return Detail(task, "privateIPv4Address") is { } address
            ? new ProxyTask(task["taskArn"]!.GetValue<string>(), group[GroupPrefix.Length..], task["taskDefinitionArn"]!.GetValue<string>(), address, Detail(task, "networkInterfaceId"))
            : null;
    }

    private static string? Detail(JsonNode task, string name) => task["attachments"]?.AsArray()
        .SelectMany(attachment => attachment!["details"]!.AsArray())
        .FirstOrDefault(detail => detail!["name"]!.GetValue<string>() == name)?["value"]?.GetValue<string>();
}
