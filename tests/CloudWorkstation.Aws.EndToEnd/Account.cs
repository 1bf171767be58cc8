using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Aws.EndToEnd;

/// <summary>What is in the account, asked of moto as an operator would ask: by plain calls, beside the product.</summary>
public sealed class Account(Uri endpoint, string region = "eu-central-1", string environment = "local") : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = endpoint };

    public string Cluster => $"cws-{environment}";

    public string StateBucket => $"cws-{environment}-state";

    public static Account Of(Product product) => new(new Uri($"http://127.0.0.1:{product.Port + 5}"));

    /// <summary>Instances of a desktop that are not terminated: id and state.</summary>
    public async Task<IReadOnlyList<(string Id, string State)>> InstancesAsync(string desktop)
    {
        var answer = await Ec2Async("DescribeInstances", ("Filter.1.Name", "tag:cws:desktop"), ("Filter.1.Value.1", desktop));
        return
        [
            .. answer.Descendants("instancesSet").SelectMany(set => set.Elements("item"))
                .Select(item => (Id: item.Element("instanceId")!.Value, State: item.Element("instanceState")!.Element("name")!.Value))
                .Where(instance => instance.State != "terminated"),
        ];
    }

    /// <summary>The value of one of an instance's fields, such as <c>privateIpAddress</c>.</summary>
    public async Task<string> FieldAsync(string instance, string field) =>
        (await Ec2Async("DescribeInstances", ("InstanceId.1", instance))).Descendants(field).First().Value;

    public async Task<Dictionary<string, string>> TagsAsync(string instance) =>
        (await Ec2Async("DescribeTags", ("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", instance))).Descendants("item")
            .ToDictionary(tag => tag.Element("key")!.Value, tag => tag.Element("value")!.Value, StringComparer.Ordinal);

    public Task TerminateAsync(string instance) => Ec2Async("TerminateInstances", ("InstanceId.1", instance));

    public Task StopAsync(string instance) => Ec2Async("StopInstances", ("InstanceId.1", instance));

    public async Task<string> PasswordAsync(string desktop) =>
        (await JsonAsync("ssm", "AmazonSSM.GetParameter", new JsonObject { ["Name"] = $"/cws/{environment}/desktops/{desktop}/vnc", ["WithDecryption"] = true }))["Parameter"]!["Value"]!.GetValue<string>();

    public async Task<JsonNode?> ServiceAsync(string desktop) =>
        (await EcsAsync("DescribeServices", new JsonObject { ["cluster"] = Cluster, ["services"] = new JsonArray($"cws-{desktop}") }))["services"]!.AsArray()
            .FirstOrDefault(service => service!["status"]!.GetValue<string>() == "ACTIVE");

    public async Task<string> StateAsync(string desktop)
    {
        var key = (await StateKeysAsync()).Single(key => key.Contains(desktop, StringComparison.Ordinal) && key.EndsWith(".tfstate", StringComparison.Ordinal));
        return await SendAsync(Request("s3", null, HttpMethod.Get, $"/{StateBucket}/{key}"));
    }

    public async Task<IReadOnlyList<string>> StateKeysAsync()
    {
        var listed = XElement.Parse(await SendAsync(Request("s3", null, HttpMethod.Get, $"/{StateBucket}?list-type=2")));
        return [.. listed.Descendants().Where(element => element.Name.LocalName == "Key").Select(element => element.Value)];
    }

    public Task PutStateObjectAsync(string key, string content) => SendAsync(Request("s3", new StringContent(content), HttpMethod.Put, $"/{StateBucket}/{key}"));

    public Task DeleteStateObjectAsync(string key) => SendAsync(Request("s3", null, HttpMethod.Delete, $"/{StateBucket}/{key}"));

    /// <summary>Everything of a desktop that costs money, holds a secret or says that it was there, in words.</summary>
    public async Task<IReadOnlyList<string>> WhatIsLeftAsync(string desktop)
    {
        List<string> left = [.. (await InstancesAsync(desktop)).Select(instance => "instance " + instance.Id)];
        left.AddRange((await Ec2Async("DescribeVolumes", ("Filter.1.Name", "tag:cws:desktop"), ("Filter.1.Value.1", desktop))).Descendants("volumeId").Select(volume => "volume " + volume.Value));
        left.AddRange(About(desktop, (await JsonAsync("ssm", "AmazonSSM.DescribeParameters", []))["Parameters"]!.AsArray().Select(parameter => parameter!["Name"]!)));
        // moto goes on listing a deleted service, as inactive.
        if (await ServiceAsync(desktop) is not null)
            left.Add("service");
        left.AddRange((await TasksAsync()).Where(group => group.Contains(desktop, StringComparison.Ordinal)));
        left.AddRange(About(desktop, (await EcsAsync("ListTaskDefinitions", new JsonObject { ["status"] = "ACTIVE" }))["taskDefinitionArns"]!.AsArray()));
        left.AddRange((await StateKeysAsync()).Where(key => key.Contains(desktop, StringComparison.Ordinal)));
        return left;
    }

    /// <summary>Groups of the tasks that run.</summary>
    private async Task<IEnumerable<string>> TasksAsync()
    {
        var arns = (await EcsAsync("ListTasks", new JsonObject { ["cluster"] = Cluster, ["desiredStatus"] = "RUNNING" }))["taskArns"]!;
        if (arns.AsArray().Count == 0)
            return [];
        var tasks = await EcsAsync("DescribeTasks", new JsonObject { ["cluster"] = Cluster, ["tasks"] = arns.DeepClone() });
        return tasks["tasks"]!.AsArray().Select(task => "task of " + task!["group"]!.GetValue<string>());
    }

    private static IEnumerable<string> About(string desktop, IEnumerable<JsonNode?> names) =>
        names.Select(name => name!.GetValue<string>()).Where(name => name.Contains(desktop, StringComparison.Ordinal));

    public void Dispose() => _http.Dispose();

    private Task<JsonObject> EcsAsync(string operation, JsonObject body) => JsonAsync("ecs", "AmazonEC2ContainerServiceV20141113." + operation, body);

    private async Task<XElement> Ec2Async(string action, params (string Name, string Value)[] parameters)
    {
        using var request = Request("ec2", new FormUrlEncodedContent(
            [new("Action", action), new("Version", "2016-11-15"), .. parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))]));
        var answer = XElement.Parse(await SendAsync(request));
        foreach (var element in answer.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return answer;
    }

    private async Task<JsonObject> JsonAsync(string service, string target, JsonObject body)
    {
        using var request = Request(service, new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.1")));
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        return JsonNode.Parse(await SendAsync(request))!.AsObject();
    }

    private HttpRequestMessage Request(string service, HttpContent? content, HttpMethod? method = null, string path = "/")
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation(
            "Authorization", string.Create(CultureInfo.InvariantCulture, $"AWS4-HMAC-SHA256 Credential=operator/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"));
        return request;
    }

    private async Task<string> SendAsync(HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text;
    }
}
