using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Ecs;
using CloudWorkstation.Manager.Aws.Ssm;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Aws;

/// <summary>A part of moto that belongs to one test: a region, in which the test may build what Terraform otherwise would.</summary>
internal sealed class MotoAccount : IDisposable
{
    private readonly Builder ec2;
    private readonly JsonBuilder ecs;
    private readonly JsonBuilder ssm;

    private MotoAccount(AwsAccess access, string region)
    {
        Access = access;
        Region = region;
        ec2 = new Builder(AwsService.Ec2, region, access);
        ecs = new JsonBuilder(AwsService.Ecs, region, access);
        ssm = new JsonBuilder(AwsService.Ssm, region, access);
        Ec2 = new Ec2Client(region, access);
        Ecs = new EcsClient(region, access);
        Ssm = new SsmClient(region, access);
    }

    public AwsAccess Access { get; }

    public string Region { get; }

    public Ec2Client Ec2 { get; }

    public EcsClient Ecs { get; }

    public SsmClient Ssm { get; }

    public static async Task<MotoAccount> OfAsync(SharedMoto moto, string region)
    {
        var server = await moto.ServerAsync();
        return new MotoAccount(new AwsAccess(server.Endpoint.AbsoluteUri, new BasicAWSCredentials("test", "test")), region);
    }

    public async Task<string> RunInstanceAsync(CancellationToken cancellationToken, params (string Key, string Value)[] tags) =>
        (await RunInstancesAsync(1, cancellationToken, tags)).Single();

    public async Task<List<string>> RunInstancesAsync(int count, CancellationToken cancellationToken, params (string Key, string Value)[] tags)
    {
        var call = new QueryCall("RunInstances").With("ImageId", "ami-12c6146b").With("InstanceType", "t3.micro")
            .With("MinCount", $"{count}").With("MaxCount", $"{count}").With("TagSpecification.1.ResourceType", "instance");
        WithTags(call, [("Name", "test"), .. tags]);
        return Ids(await ec2.SendAsync(call, cancellationToken), "instanceId");
    }

    public async Task<string> CreateVolumeAsync(CancellationToken cancellationToken, params (string Key, string Value)[] tags)
    {
        var call = new QueryCall("CreateVolume").With("AvailabilityZone", $"{Region}a").With("Size", "8").With("TagSpecification.1.ResourceType", "volume");
        WithTags(call, tags);
        return Ids(await ec2.SendAsync(call, cancellationToken), "volumeId").Single();
    }

    /// <summary>A cluster with a service of one task that has an address, as a desktop's own proxy has.</summary>
    public async Task RunProxyAsync(string cluster, string service, CancellationToken cancellationToken, params (string Key, string Value)[] tags)
    {
        var subnet = Ids(await ec2.SendAsync(new QueryCall("DescribeSubnets"), cancellationToken), "subnetId")[0];
        var network = new JsonObject { ["awsvpcConfiguration"] = new JsonObject { ["subnets"] = new JsonArray(subnet), ["securityGroups"] = new JsonArray() } };
        await ecs.SendAsync("CreateCluster", new JsonObject { ["clusterName"] = cluster }, cancellationToken);
        await ecs.SendAsync("RegisterTaskDefinition", new JsonObject
        {
            ["family"] = service,
            ["networkMode"] = "awsvpc",
            ["containerDefinitions"] = new JsonArray(new JsonObject { ["name"] = "desktop-proxy", ["image"] = "proxy", ["memory"] = 128 }),
            ["tags"] = Tags(tags),
        }, cancellationToken);
        await ecs.SendAsync("CreateService", new JsonObject
        {
            ["cluster"] = cluster,
            ["serviceName"] = service,
            ["taskDefinition"] = service,
            ["desiredCount"] = 1,
            ["launchType"] = "FARGATE",
            ["networkConfiguration"] = network.DeepClone(),
            ["tags"] = Tags(tags),
        }, cancellationToken);
        await ecs.SendAsync("RunTask", new JsonObject
        {
            ["cluster"] = cluster,
            ["taskDefinition"] = service,
            ["launchType"] = "FARGATE",
            ["group"] = $"service:{service}",
            ["networkConfiguration"] = network,
        }, cancellationToken);
    }

    public Task PutParameterAsync(string name, CancellationToken cancellationToken) =>
        ssm.SendAsync("PutParameter", new JsonObject { ["Name"] = name, ["Value"] = "secret", ["Type"] = "SecureString", ["Overwrite"] = true }, cancellationToken);

    public void Dispose()
    {
        foreach (var client in new IDisposable[] { ec2, ecs, ssm, Ec2, Ecs, Ssm })
        {
            client.Dispose();
        }
    }

    private static List<string> Ids(XElement answer, string name) => [.. answer.Descendants().Where(e => e.Name.LocalName == name).Select(e => e.Value)];

    private static void WithTags(QueryCall call, (string Key, string Value)[] tags)
    {
        for (var i = 0; i < tags.Length; i++)
        {
            call.With($"TagSpecification.1.Tag.{i + 1}.Key", tags[i].Key).With($"TagSpecification.1.Tag.{i + 1}.Value", tags[i].Value);
        }
    }

    private static JsonArray Tags((string Key, string Value)[] tags) => [.. tags.Select(t => (JsonNode)new JsonObject { ["key"] = t.Key, ["value"] = t.Value })];

    private sealed class Builder(AwsService service, string region, AwsAccess access) : AwsClient(service, region, access)
    {
        public Task<XElement> SendAsync(QueryCall call, CancellationToken cancellationToken) => QueryAsync(call, Read, cancellationToken);

        private static XElement Read(XmlReader reader) => XElement.Load(reader);
    }

    private sealed class JsonBuilder(AwsService service, string region, AwsAccess access) : AwsClient(service, region, access)
    {
        public Task<string> SendAsync(string operation, JsonObject body, CancellationToken cancellationToken) =>
            JsonAsync(operation, body, answer => answer.GetRawText(), cancellationToken);
    }
}
