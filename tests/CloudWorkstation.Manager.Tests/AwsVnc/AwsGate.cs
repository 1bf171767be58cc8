using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>One EC2 call as it came over the wire: EC2's calls are forms.</summary>
internal sealed record Ec2Call(string Action, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>The first field of this name, wherever in the request it stands.</summary>
    public string? Find(string name) => Fields.FirstOrDefault(field => field.Key == name || field.Key.EndsWith("." + name, StringComparison.Ordinal)).Value;
}

/// <summary>Stands before moto, keeps what was asked, and refuses what a test says: moto always has room.</summary>
internal sealed class AwsGate : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient behind;

    private AwsGate(Uri moto)
    {
        behind = new HttpClient { BaseAddress = moto };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(PassAsync);
    }

    /// <value>EC2's calls, in order.</value>
    public ConcurrentQueue<Ec2Call> Calls { get; } = new();

    /// <value>Everything that was sent, for finding what should not have been.</value>
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <value>The error code to refuse a call with; null to let it pass.</value>
    public Func<Ec2Call, string?> Refuse { get; set; } = _ => null;

    public string Endpoint => app.Urls.Single();

    public static async Task<AwsGate> BeforeAsync(Uri moto)
    {
        AwsGate gate = new(moto);
        await gate.app.StartAsync();
        return gate;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        behind.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var text = System.Text.Encoding.UTF8.GetString(body.ToArray());
        Bodies.Enqueue(text);
        if (Read(text) is { } call)
        {
            Calls.Enqueue(call);
            if (Refuse(call) is { } code)
            {
                await RefuseAsync(context, code);
                return;
            }
        }

        await ForwardAsync(context, body.ToArray());
    }

    private static Ec2Call? Read(string text)
    {
        if (!text.StartsWith("Action=", StringComparison.Ordinal))
            return null;
        var fields = QueryHelpers.ParseQuery(text).ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        return new(fields["Action"], fields);
    }

    // EC2 has no room with 500, as for a fault of its own; everything else it refuses with 400.
    private static async Task RefuseAsync(HttpContext context, string code)
    {
        context.Response.StatusCode = code == "InsufficientInstanceCapacity" ? (int)HttpStatusCode.InternalServerError : (int)HttpStatusCode.BadRequest;
        context.Response.ContentType = "text/xml";
        await context.Response.WriteAsync(
            $"<Response><Errors><Error><Code>{code}</Code><Message>as the test says</Message></Error></Errors><RequestID>gate</RequestID></Response>",
            context.RequestAborted);
    }

    private async Task ForwardAsync(HttpContext context, byte[] body)
    {
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString);
        request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in context.Request.Headers)
        {
            if (name is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Accept-Encoding") && !request.Headers.TryAddWithoutValidation(name, value.AsEnumerable()))
                request.Content.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
        }

        using var answer = await behind.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Content-Length" or "Date" or "Server"))
                context.Response.Headers[name] = values.ToArray();
        }

        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
