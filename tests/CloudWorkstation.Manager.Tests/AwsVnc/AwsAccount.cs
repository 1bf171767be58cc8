using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>
/// A region of moto with the least of a platform in it, asked by plain calls: what Terraform built is looked at from outside. moto reads
/// region and service from the signature and does not check it.
/// </summary>
internal sealed class AwsAccount : IDisposable
{
    private readonly HttpClient http;

    private AwsAccount(Uri moto, string region)
    {
        http = new HttpClient { BaseAddress = moto };
        Region = region;
    }

    public string Region { get; }

    public Uri Moto => http.BaseAddress!;

    /// <value>What CWS_PLATFORM would be.</value>
    public JsonObject Platform { get; private set; } = [];

    public static async Task<AwsAccount> InAsync(SharedMoto moto, string region)
    {
        AwsAccount account = new((await moto.ServerAsync()).Endpoint, region);
        var subnets = (await account.Ec2Async("DescribeSubnets")).Named("subnetId").Select(id => (JsonNode)id.Value).Take(2).ToArray();
        var group = (await account.Ec2Async("DescribeSecurityGroups")).Named("groupId").First().Value;
        await account.QueryAsync("iam", "2010-05-08", "CreateInstanceProfile", ("InstanceProfileName", $"desktop-{region}"));
        await account.JsonAsync("ecs", "AmazonEC2ContainerServiceV20141113.CreateCluster", new() { ["clusterName"] = "desktops" });
        var key = (await account.JsonAsync("kms", "TrentService.CreateKey", []))["KeyMetadata"]!["Arn"]!.GetValue<string>();
        account.Platform = new JsonObject
        {
            ["region"] = region,
            ["vpc"] = "not read",
            ["subnets"] = new JsonArray(subnets),
            ["security_groups"] = new JsonObject { ["desktop"] = group, ["proxy"] = group },
            ["instance_profile"] = $"desktop-{region}",
            ["kms_key"] = key,
            ["secret_prefix"] = "/cws/test/desktops",
            ["cluster"] = "desktops",
            ["task_execution_role"] = "arn:aws:iam::123456789012:role/execution",
            ["task_role"] = "arn:aws:iam::123456789012:role/task",
            ["log_group"] = "/cws/test",
            ["proxy_image"] = "cloudworkstation/desktop-proxy:test",
            ["guacd_image"] = "guacamole/guacd:1.6.0",
            ["proxy_subnets"] = new JsonArray([.. subnets.Select(subnet => subnet.DeepClone())]),
            ["shared_proxy"] = "127.0.0.1:8083",
            ["internal_key_secret"] = $"arn:aws:secretsmanager:{region}:123456789012:secret:internal",
            ["proxy_key_secret"] = $"arn:aws:secretsmanager:{region}:123456789012:secret:proxy",
            ["api_url"] = "http://api.test:8081",
            ["public_url"] = "https://desktops.test",
            ["amis"] = new JsonObject { ["ubuntu"] = "ami-1e749f67" },
            ["tags"] = new JsonObject { ["cost-center"] = "42" },
        };
        return account;
    }

    /// <summary>The desktop's machines that were not terminated.</summary>
    public async Task<List<XElement>> InstancesAsync(string desktop) =>
        [.. (await Ec2Async("DescribeInstances", ("Filter.1.Name", "tag:cws:desktop"), ("Filter.1.Value.1", desktop)))
            .Named("instancesSet").Elements().Where(instance => State(instance) is not ("terminated" or "shutting-down"))];

    public static string State(XElement instance) => instance.One("instanceState").One("name").Value;

    public async Task<JsonObject?> ParameterAsync(string desktop)
    {
        var answer = await JsonAsync("ssm", "AmazonSSM.GetParameter", new() { ["Name"] = $"/cws/test/desktops/{desktop}/vnc", ["WithDecryption"] = true });
        return answer["Parameter"] as JsonObject;
    }

    public async Task<JsonObject?> ServiceAsync(string desktop)
    {
        var answer = await JsonAsync("ecs", "AmazonEC2ContainerServiceV20141113.DescribeServices", new()
        {
            ["cluster"] = "desktops",
            ["services"] = new JsonArray($"cws-{desktop}"),
            ["include"] = new JsonArray("TAGS"),
        });
        return answer["services"]?.AsArray().Select(service => service!.AsObject()).FirstOrDefault(service => service["status"]!.GetValue<string>() == "ACTIVE");
    }

    public Task<XElement> Ec2Async(string action, params (string Name, string Value)[] fields) => QueryAsync("ec2", "2016-11-15", action, fields);

    public async Task<JsonObject> JsonAsync(string service, string target, JsonObject body)
    {
        using HttpRequestMessage request = Request(service, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1"));
        request.Headers.Add("X-Amz-Target", target);
        using var answer = await http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    public void Dispose() => http.Dispose();

    private async Task<XElement> QueryAsync(string service, string version, string action, params (string Name, string Value)[] fields)
    {
        using FormUrlEncodedContent form = new([new("Action", action), new("Version", version), .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]);
        using var request = Request(service, form);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        (answer.IsSuccessStatusCode || text.Contains("EntityAlreadyExists", StringComparison.Ordinal)).ShouldBeTrue(text);
        return XElement.Parse(text);
    }

    private HttpRequestMessage Request(string service, HttpContent content)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=test/20260101/{Region}/{service}/aws4_request, SignedHeaders=host, Signature=none");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        return request;
    }
}

/// <summary>EC2's XML without its name spaces.</summary>
internal static class Ec2Xml
{
    public static IEnumerable<XElement> Named(this XElement element, string name) => element.Descendants().Where(inner => inner.Name.LocalName == name);

    /// <summary>A child of this name.</summary>
    public static XElement One(this XElement element, string name) => element.Elements().First(inner => inner.Name.LocalName == name);

    public static string? Text(this XElement element, string name) => element.Elements().FirstOrDefault(inner => inner.Name.LocalName == name)?.Value;

    public static Dictionary<string, string> Tags(this XElement element) =>
        element.Elements().Where(inner => inner.Name.LocalName == "tagSet").Elements().ToDictionary(tag => tag.One("key").Value, tag => tag.One("value").Value);
}
