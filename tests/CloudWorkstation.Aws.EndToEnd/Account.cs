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
        return await _http.GetStringAsync(new Uri($"/{StateBucket}/{key}", UriKind.Relative));
    }

    public async Task<IReadOnlyList<string>> StateKeysAsync()
    {
        var listed = XElement.Parse(await _http.GetStringAsync(new Uri($"/{StateBucket}?list-type=2", UriKind.Relative)));
        return [.. listed.Descendants().Where(element => element.Name.LocalName == "Key").Select(element => element.Value)];
    }

    public async Task PutStateObjectAsync(string key, string content) =>
        (await _http.PutAsync(new Uri($"/{StateBucket}/{key}", UriKind.Relative), new StringContent(content))).EnsureSuccessStatusCode();

    public async Task DeleteStateObjectAsync(string key) => (await _http.DeleteAsync(new Uri($"/{StateBucket}/{key}", UriKind.Relative))).EnsureSuccessStatusCode();

    /// <summary>Everything that costs money or holds a secret and is about a desktop, in words.</summary>
    public async Task<IReadOnlyList<string>> WhatIsLeftAsync()
    {
        List<string> left = [];
        foreach (var instance in (await Ec2Async("DescribeInstances")).Descendants("instancesSet").SelectMany(set => set.Elements("item")))
        {
            if (instance.Element("instanceState")!.Element("name")!.Value != "terminated")
                left.Add("instance " + instance.Element("instanceId")!.Value);
        }

        left.AddRange((await Ec2Async("DescribeVolumes")).Descendants("volumeSet").Elements("item").Select(volume => "volume " + volume.Element("volumeId")!.Value));
        left.AddRange((await JsonAsync("ssm", "AmazonSSM.DescribeParameters", []))["Parameters"]!.AsArray().Select(parameter => "parameter " + parameter!["Name"]!.GetValue<string>()));
        left.AddRange((await EcsAsync("ListServices", new JsonObject { ["cluster"] = Cluster }))["serviceArns"]!.AsArray().Select(arn => "service " + arn!.GetValue<string>()));
        left.AddRange((await EcsAsync("ListTasks", new JsonObject { ["cluster"] = Cluster, ["desiredStatus"] = "RUNNING" }))["taskArns"]!.AsArray().Select(arn => "task " + arn!.GetValue<string>()));
        left.AddRange((await EcsAsync("ListTaskDefinitions", new JsonObject { ["status"] = "ACTIVE" }))["taskDefinitionArns"]!.AsArray().Select(arn => "task definition " + arn!.GetValue<string>()));
        left.AddRange((await StateKeysAsync()).Select(key => "state " + key));
        return left;
    }

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

    private HttpRequestMessage Request(string service, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
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
