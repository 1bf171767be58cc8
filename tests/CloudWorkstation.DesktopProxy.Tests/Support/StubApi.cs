using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using CloudWorkstation.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>The api's internal endpoints, as small as they can be, on a real Kestrel.</summary>
public sealed class StubApi : IAsyncDisposable
{
    public const string InternalKey = "stub-internal-key-of-thirty-two-characters";

    private readonly ConcurrentDictionary<Guid, Channel<string>> _subscribers = new();
    private readonly ConcurrentDictionary<string, bool> _opened = new(StringComparer.Ordinal);
    private WebApplication? _app;

    public string Address { get; private set; } = "";

    public ConcurrentDictionary<string, RsaKey> Keys { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<(string Connection, JsonElement Body)> Reports { get; } = new();

    public ConcurrentQueue<(string Connection, JsonElement Body)> Closes { get; } = new();

    public ConcurrentDictionary<string, string> Routes { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<(string Desktop, string Address)> Announced { get; } = new();

    /// <summary>Statuses with which the next announcements are refused.</summary>
    public ConcurrentQueue<int> AnnounceRefusals { get; } = new();

    public string Clipboard { get; set; } = "both";

    public string Files { get; set; } = "off";

    /// <summary>Megabytes of the largest file in each direction.</summary>
    public int? FileMaximum { get; set; }

    /// <summary><c>view</c> for who may look only.</summary>
    public string? Access { get; set; }

    /// <summary>When the next connections end by themselves.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>Status and code with which reports are refused from now on.</summary>
    public (int Status, string Code)? ReportRefusal { get; set; }

    /// <summary>The same, by connection.</summary>
    public ConcurrentDictionary<string, (int Status, string Code)?> RefusedReports { get; } = new(StringComparer.Ordinal);

    /// <summary>How many reports came together, each time.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    /// <summary>Status with which whole batches are refused: an api of before knows none.</summary>
    public int? BatchRefusal { get; set; }

    public (int Status, string Code)? OpenRefusal { get; set; }

    /// <summary>The proxies' private key and the secret it is handed out under.</summary>
    public (RsaKey Key, string Secret)? ProxyKey { get; set; }

    public StubRecordings Recordings { get; } = new();

    public int KeyFetches => _keyFetches;

    private int _keyFetches;

    public static async Task<StubApi> StartAsync(int port = 0)
    {
        var stub = new StubApi();
        await stub.ListenAsync(port);
        return stub;
    }

    public async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        _app = builder.Build();
        Map(_app);
        await _app.StartAsync();
        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    /// <summary>Sends a message to every subscriber of the feed.</summary>
    public void Say(string name, object data)
    {
        foreach (var subscriber in _subscribers.Values)
        {
            subscriber.Writer.TryWrite(Event(name, data));
        }
    }

    public int Subscribers => _subscribers.Count;

    public async Task StopAsync()
    {
        foreach (var subscriber in _subscribers.Values)
        {
            subscriber.Writer.TryComplete();
        }

        if (_app is not null)
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Map(WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (context.Request.Headers.Authorization == "Bearer " + InternalKey || context.Request.Path == "/ecs-metadata")
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        app.MapGet("/internal/v1/keys", () =>
        {
            Interlocked.Increment(ref _keyFetches);
            return new { items = Keys.Values.Select(k => new { kid = k.Kid, slot = "a", state = "current", pem = k.PublicPem() }) };
        });
        app.MapGet("/internal/v1/proxy-key", () => ProxyKey is { } handed
            ? Results.Json(new { kid = handed.Key.Kid, @sealed = Seal(handed.Key, handed.Secret) })
            : Problem(404, "not_found"));
        app.MapGet("/internal/v1/feed", FeedAsync);
        Recordings.Map(app);
        app.MapPost("/internal/v1/proxies", (JsonElement body) =>
        {
            Announced.Enqueue((body.GetProperty("desktop").GetString()!, body.GetProperty("address").GetString()!));
            return AnnounceRefusals.TryDequeue(out var no) ? Problem(no, "no") : Results.NoContent();
        });
        app.MapGet("/ecs-metadata", () => Results.Text("""{"DockerId": "x", "Networks": [{"NetworkMode": "awsvpc", "IPv4Addresses": ["10.20.30.40"]}]}""", "application/json"));
        app.MapPost("/internal/v1/connections/{id}/open", (string id) => OpenRefusal is { } no
            ? Problem(no.Status, no.Code)
            : _opened.TryAdd(id, true)
                ? Results.Json(new { session = new { clipboard = Clipboard, files = Files, uploadMaximumMegabytes = FileMaximum, downloadMaximumMegabytes = FileMaximum, idleStopMinutes = 60 }, heartbeatSeconds = 5, access = Access, viewer = "ada", endsAt = EndsAt, recording = Recordings.Order })
                : Problem(409, "token_used"));
        app.MapPost("/internal/v1/connections/{id}/report", (string id, JsonElement body) =>
        {
            Reports.Enqueue((id, body));
            return (ReportRefusal ?? (RefusedReports.TryGetValue(id, out var own) ? own : null)) is { } no ? Problem(no.Status, no.Code) : Results.NoContent();
        });
        app.MapPost("/internal/v1/connections/reports", (JsonElement body) => Reported(body));
        app.MapPost("/internal/v1/connections/{id}/close", (string id, JsonElement body) =>
        {
            Closes.Enqueue((id, body));
            return Results.NoContent();
        });
    }

    private IResult Reported(JsonElement body)
    {
        var reports = body.GetProperty("reports").EnumerateArray().Select(r => r.Clone()).ToList();
        Batches.Enqueue(reports.Count);
        if (BatchRefusal is { } status)
        {
            return Problem(status, "no");
        }

        var answers = new List<object>();
        foreach (var report in reports)
        {
            var connection = report.GetProperty("connection").GetString()!;
            Reports.Enqueue((connection, report));
            var no = ReportRefusal ?? (RefusedReports.TryGetValue(connection, out var own) ? own : null);
            answers.Add(new { connection, status = no?.Status ?? 204, code = no?.Code });
        }

        return Results.Json(new { answers });
    }

    private static string Seal(RsaKey key, string secret) => Base64Url.EncodeToString(SecretBox.Seal(
        Encoding.UTF8.GetBytes(secret), SecretBox.DesktopProxyKey, key.Kid, Encoding.ASCII.GetBytes(key.Rsa.ExportPkcs8PrivateKeyPem())));

    private async Task FeedAsync(HttpContext context)
    {
        var id = Guid.NewGuid();
        var channel = Channel.CreateUnbounded<string>();
        foreach (var (desktop, state) in Routes)
        {
            channel.Writer.TryWrite(Event("route", new { desktop, owner = "o", state, proxy = "127.0.0.1:1" }));
        }

        channel.Writer.TryWrite(Event("synced", new { }));
        _subscribers[id] = channel;
        context.Response.ContentType = "text/event-stream";
        try
        {
            await foreach (var text in channel.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(text, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The proxy left.
        }
        finally
        {
            _subscribers.TryRemove(id, out _);
        }
    }

    private static string Event(string name, object data) => $"event: {name}\ndata: {JsonSerializer.Serialize(data)}\n\n";

    private static IResult Problem(int status, string code) => Results.Json(new { code, status }, statusCode: status, contentType: "application/problem+json");
}
