using System.Xml.Linq;

namespace CloudWorkstation.MachineRoom.Cloud;

/// <summary>The part of EC2 that a machine room needs.</summary>
public sealed class Ec2(Aws aws)
{
    private const string Version = "2016-11-15";

    public Task<XElement> CallAsync(string action, CancellationToken cancellationToken, params (string Name, string Value)[] parameters) =>
        aws.QueryAsync("ec2", Version, action, parameters, cancellationToken);

    /// <summary>Every instance that stands for a desktop, whatever its state; terminated ones stay listed for a while.</summary>
    public async Task<IReadOnlyList<Instance>> InstancesAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync("DescribeInstances", cancellationToken, ("Filter.1.Name", "tag-key"), ("Filter.1.Value.1", Tags.Desktop));
        return
        [
            .. answer.Descendants("instancesSet").SelectMany(set => set.Elements("item")).Select(item => new Instance(
                Text(item, "instanceId"),
                Tags.Of(item).GetValueOrDefault(Tags.Desktop, ""),
                Tags.Of(item).GetValueOrDefault(Tags.Screen, ""),
                item.Element("privateIpAddress")?.Value,
                item.Element("instanceState")?.Element("name")?.Value ?? "")),
        ];
    }

    /// <summary>The one that carries our tag, or a new one.</summary>
    public async Task<string> EnsureAsync(Resource resource, CancellationToken cancellationToken)
    {
        var found = await CallAsync(resource.Describe, cancellationToken, ("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", resource.Name));
        if (found.Descendants(resource.Id).FirstOrDefault() is { } there)
            return there.Value;
        var created = await CallAsync(resource.Create, cancellationToken, resource.Parameters);
        var id = created.Descendants(resource.Id).First().Value;
        await CallAsync("CreateTags", cancellationToken, ("ResourceId.1", id), ("Tag.1.Key", "Name"), ("Tag.1.Value", resource.Name));
        return id;
    }

    private static string Text(XElement item, string name) => item.Element(name)?.Value ?? "";
}

/// <param name="Id">Name of the element that holds its id in both answers.</param>
public sealed record Resource(string Name, string Describe, string Create, string Id, params (string Name, string Value)[] Parameters);

/// <param name="Screen">Width, height and depth, such as <c>1920x1080x24</c>; read when the machine starts, as it would itself.</param>
public sealed record Instance(string Id, string Desktop, string Screen, string? Address, string State)
{
    public bool IsRunning => State == "running" && Address is not null;

    /// <value>Terminated ones stay listed for a while; their disk is gone.</value>
    public bool IsGone => State is "shutting-down" or "terminated";
}
