using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace CloudWorkstation.MachineRoom.Cloud;

/// <summary>
/// AWS's two request shapes against moto, which looks at a signature's scope (to know region and service) and not at the signature itself.
/// So this speaks to a fake only, and needs nothing but HTTP.
/// </summary>
public sealed class Aws(HttpClient http, RoomSettings settings)
{
    /// <summary>EC2 and IAM: a form goes out, XML comes back. Names lose their namespace.</summary>
    public async Task<XElement> QueryAsync(string service, string version, string action, IEnumerable<(string Name, string Value)> parameters, CancellationToken cancellationToken)
    {
        var form = parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))
            .Append(new("Action", action)).Append(new("Version", version));
        using var request = Request(service, HttpMethod.Post, "/", new FormUrlEncodedContent(form));
        var document = XElement.Parse(await SendAsync(request, action, cancellationToken));
        foreach (var element in document.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return document;
    }

    /// <summary>ECS, SSM, KMS, Logs, Secrets Manager: JSON both ways, the operation in a header.</summary>
    public async Task<JsonObject> JsonAsync(string service, string target, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = Request(service, HttpMethod.Post, "/", new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.1")));
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        var text = await SendAsync(request, target, cancellationToken);
        return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [];
    }

    public async Task PutAsync(string service, string path, string body, CancellationToken cancellationToken)
    {
        using var request = Request(service, HttpMethod.Put, path, new StringContent(body, Encoding.UTF8, "application/xml"));
        await SendAsync(request, $"PUT {path}", cancellationToken);
    }

    private HttpRequestMessage Request(string service, HttpMethod method, string path, HttpContent content)
    {
        var request = new HttpRequestMessage(method, new Uri(settings.Endpoint, path)) { Content = content };
        var day = DateTimeOffset.UnixEpoch.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=development/{day}/{settings.Region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        return request;
    }

    private async Task<string> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        using var answer = await http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new AwsException(what, (int)answer.StatusCode, text);
    }
}
