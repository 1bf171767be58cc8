using System.Collections.Concurrent;
using System.Net;
using Amazon.Runtime;
using CloudWorkstation.Manager.Aws.Calls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Tests.Aws;

internal sealed record AwsReply(HttpStatusCode Status, string Body, string ContentType = "text/xml")
{
    public static AwsReply Ok(string body) => new(HttpStatusCode.OK, body);

    public static AwsReply Json(string body, HttpStatusCode status = HttpStatusCode.OK) => new(status, body, "application/x-amz-json-1.1");

    /// <summary>As EC2 refuses.</summary>
    public static AwsReply Refusal(string code, string message = "as scripted", HttpStatusCode status = HttpStatusCode.BadRequest) =>
        new(status, $"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>req-1</RequestID></Response>");

    public static AwsReply Changed(string id, string before, string now) => Ok(
        $"""
         <StopInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><instancesSet><item><instanceId>{id}</instanceId>
         <currentState><code>64</code><name>{now}</name></currentState><previousState><code>16</code><name>{before}</name></previousState></item></instancesSet></StopInstancesResponse>
         """);

    public static AwsReply Instances(params IEnumerable<string> items) => Page(null, items);

    public static AwsReply Page(string? next, IEnumerable<string> items) => Ok(
        $"""
         <?xml version="1.0" encoding="UTF-8"?>
         <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet>{string.Concat(items.Select(i =>
             $"<item><reservationId>r-1</reservationId><groupSet/><instancesSet>{i}</instancesSet></item>"))}</reservationSet>{(next is null ? "" : $"<nextToken>{next}</nextToken>")}</DescribeInstancesResponse>
         """.TrimStart());

    public static string Instance(string id, string state, string? address = "10.0.0.1", string? desktop = null, string? reason = null) =>
        $"""
         <item><instanceId>{id}</instanceId><imageId>ami-1</imageId><instanceState><code>16</code><name>{state}</name></instanceState><launchTime>2026-11-21T06:00:00.000Z</launchTime>
         {(address is null ? "" : $"<privateIpAddress>{address}</privateIpAddress>")}{(reason is null ? "" : $"<stateReason><code>{reason}</code><message>as scripted</message></stateReason>")}
         <blockDeviceMapping/><tagSet>{(desktop is null ? "" : $"<item><key>cws:desktop</key><value>{desktop}</value></item>")}</tagSet></item>
         """;
}

/// <summary>An endpoint that answers what a test says, for what moto never does: refusals, throttling, rubbish; and that counts.</summary>
internal sealed class ScriptedAws : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<AwsReply>> script = new();

    private ScriptedAws()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <value>Operations in the order they came, with their fields or their JSON.</value>
    public ConcurrentQueue<(string Operation, IReadOnlyDictionary<string, string> Fields)> Calls { get; } = new();

    /// <value>For operations without a scripted reply.</value>
    public Func<string, IReadOnlyDictionary<string, string>, AwsReply> Otherwise { get; set; } = (operation, _) => AwsReply.Refusal("NotScripted", operation);

    public AwsAccess Access { get; private set; } = AwsAccess.Standard;

    public static async Task<ScriptedAws> StartAsync()
    {
        var scripted = new ScriptedAws();
        await scripted.app.StartAsync();
        scripted.Access = new AwsAccess(scripted.app.Urls.Single(), new BasicAWSCredentials("key", "secret"));
        return scripted;
    }

    public ScriptedAws Next(string operation, params AwsReply[] replies)
    {
        var queue = script.GetOrAdd(operation, _ => new ConcurrentQueue<AwsReply>());
        foreach (var reply in replies)
        {
            queue.Enqueue(reply);
        }

        return this;
    }

    public int Count(string operation) => Calls.Count(c => c.Operation == operation);

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        var fields = target.Length > 0
            ? new Dictionary<string, string> { ["json"] = body }
            : QueryHelpers.ParseQuery(body).ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal);
        fields["authorization"] = context.Request.Headers.Authorization.ToString();
        var operation = target.Length > 0 ? target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..] : fields["Action"];
        Calls.Enqueue((operation, fields));
        var reply = script.TryGetValue(operation, out var queue) && queue.TryDequeue(out var next) ? next : Otherwise(operation, fields);
        context.Response.StatusCode = (int)reply.Status;
        context.Response.ContentType = reply.ContentType;
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
