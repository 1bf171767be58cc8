using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Aws.EndToEnd;

/// <summary>One request to AWS as far as a fault is chosen by it.</summary>
/// <param name="Service">As in the signature's scope: ec2, s3, sts, ssm, ecs.</param>
/// <param name="Action">The operation; for S3 the method and the path.</param>
/// <param name="Body">For EC2 a form.</param>
internal sealed record CloudRequest(string Service, string Action, string Body);

/// <summary>Stands before moto and says what moto never does: expired tokens, no capacity, missing permissions. Everything else goes through.</summary>
internal sealed class FaultyCloud : IAsyncDisposable
{
    private static readonly string[] NotPassedOn = ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly WebApplication _server;
    private readonly Uri _behind;

    private FaultyCloud(WebApplication server, Uri behind) => (_server, _behind) = (server, behind);

    public Uri Endpoint => new(_server.Urls.First());

    /// <value>The answer instead of moto's; null: moto's.</value>
    public Func<CloudRequest, (int Status, string Body)?>? Fault { get; set; }

    public static async Task<FaultyCloud> StartAsync(Uri behind)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var cloud = new FaultyCloud(server, behind);
        server.Run(cloud.AnswerAsync);
        await server.StartAsync();
        return cloud;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>An error as the services that speak XML say it; each finds its own place for the code.</summary>
    public static (int Status, string Body) Xml(int status, string service, string code, string message) => (status, service switch
    {
        "s3" => $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message><RequestId>r</RequestId></Error>",
        "ec2" => $"<?xml version=\"1.0\"?><Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>r</RequestID></Response>",
        _ => $"<?xml version=\"1.0\"?><ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>",
    });

    private async Task AnswerAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        if (Fault?.Invoke(Read(context.Request, body)) is { } fault)
        {
            context.Response.StatusCode = fault.Status;
            context.Response.ContentType = "text/xml";
            await context.Response.WriteAsync(HttpMethods.IsHead(context.Request.Method) ? "" : fault.Body);
            return;
        }

        await PassOnAsync(context, body);
    }

    private static CloudRequest Read(HttpRequest request, byte[] body)
    {
        // Credential=KEY/DAY/REGION/SERVICE/aws4_request
        var scope = request.Headers.Authorization.ToString().Split("Credential=").ElementAtOrDefault(1)?.Split('/') ?? [];
        var service = scope.ElementAtOrDefault(3) ?? "";
        if (service == "s3")
            return new CloudRequest(service, $"{request.Method} {request.Path}", "");
        var text = Encoding.UTF8.GetString(body);
        var action = request.Headers["X-Amz-Target"].ToString() is { Length: > 0 } target
            ? target[(target.LastIndexOf('.') + 1)..]
            : text.Split('&').FirstOrDefault(field => field.StartsWith("Action=", StringComparison.Ordinal))?["Action=".Length..] ?? "";
        return new CloudRequest(service, action, text);
    }

    private async Task PassOnAsync(HttpContext context, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_behind, context.Request.Path + context.Request.QueryString)) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!NotPassedOn.Contains(name, StringComparer.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        using var answer = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!NotPassedOn.Contains(name, StringComparer.OrdinalIgnoreCase))
                context.Response.Headers[name] = values.ToArray();
        }

        var content = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        // A HEAD tells the length of what it does not carry.
        context.Response.ContentLength = HttpMethods.IsHead(context.Request.Method) ? answer.Content.Headers.ContentLength : content.Length;
        if (content.Length > 0 && answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }
}
