using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>A call in the JSON 1.1 protocol.</summary>
internal sealed class JsonCall(string operation, JsonObject body) : AwsCall(operation)
{
    public override IRequest ToRequest(AwsService service)
    {
        var request = new DefaultRequest(this, service.ServiceId)
        {
            HttpMethod = "POST",
            ResourcePath = "/",
            Content = JsonSerializer.SerializeToUtf8Bytes(body),
        };
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        request.Headers["X-Amz-Target"] = $"{service.TargetPrefix}.{Operation}";
        return request;
    }
}

internal sealed class JsonAnswerReader<T>(Func<JsonElement, T> read) : JsonResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        using var document = Parse(input.Stream);
        return new AwsAnswer<T> { Value = read(document.RootElement) };
    }

    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var requestId = Header(input, "x-amzn-RequestId");
        try
        {
            using var document = Parse(input.Stream);
            var code = Header(input, "x-amzn-ErrorType") ?? Text(document.RootElement, "__type") ?? Text(document.RootElement, "code");
            var message = Text(document.RootElement, "message") ?? Text(document.RootElement, "Message");
            return New(code, message, innerException, requestId, statusCode);
        }
        catch (JsonException)
        {
            return New(null, null, innerException, requestId, statusCode);
        }
    }

    protected override bool ShouldReadEntireResponse(IWebResponseData response, bool readEntireResponse) => false;

    private static AmazonServiceException New(string? code, string? message, Exception inner, string? requestId, HttpStatusCode status)
    {
        // Some services write "com.amazonaws.ecs#ClusterNotFoundException", some "ClusterNotFoundException:http://…".
        var name = code is null ? AwsErrors.Http(status) : code[(code.LastIndexOf('#') + 1)..].Split(':')[0];
        return new AmazonServiceException(message ?? $"The answer was {(int)status} without an explanation.", inner, ErrorType.Unknown, name, requestId, status);
    }

    // An operation that returns nothing may answer with no byte at all.
    private static JsonDocument Parse(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.Length == 0 ? JsonDocument.Parse("{}") : JsonDocument.Parse(copy.GetBuffer().AsMemory(0, (int)copy.Length));
    }

    private static string? Header(JsonUnmarshallerContext input, string name) =>
        input.ResponseData?.IsHeaderPresent(name) == true ? input.ResponseData.GetHeaderValue(name) : null;

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
