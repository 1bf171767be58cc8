using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using CloudWorkstation.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>The api as the agent sees it: a feed with a snapshot, changes and heartbeats, and the token keys. Keeps what it was told across connections.</summary>
internal sealed class FeedService : IAsyncDisposable
{
    public const string Key = "the-internal-key";

    private readonly ConcurrentDictionary<string, (string Owner, string State, string Proxy)> _routes = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new();
    private readonly ConcurrentDictionary<int, Channel<string>> _subscribers = new();
    private readonly WebApplication _app;
    private int _connections;
    private object[] _keys = [];

    private FeedService(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            if (context.Request.Headers.Authorization != "Bearer " + Key)
            {
                context.Response.StatusCode = 401;
                return;
            }

            await next(context);
        });
        _app.MapGet("/internal/v1/feed", FeedAsync);
        _app.MapPost("/internal/v1/feed/marks/{mark:guid}", (Guid mark) => Reached[mark] = true);
        _app.MapGet("/internal/v1/keys", () => Results.Json(new { items = _keys }));
    }

    /// <value>The marks that the agent said were reached.</value>
    public ConcurrentDictionary<Guid, bool> Reached { get; } = new();

    /// <value>How often the feed was opened.</value>
    public int Connections => _connections;

    public int Subscribers => _subscribers.Count;

    /// <value>False: nothing is sent any more, not even a heartbeat, as from a host that hangs.</value>
    public bool Talking { get; set; } = true;

    public string Address => _app.Urls.First();

    public static async Task<FeedService> StartAsync(int port = 0)
    {
        var service = new FeedService(port);
        await service._app.StartAsync();
        return service;
    }

    public void Route(string desktop, string owner, string proxy, string state = "running")
    {
        _routes[desktop] = (owner, state, proxy);
        Send(RouteEvent(desktop));
    }

    public void Unroute(string desktop)
    {
        _routes.TryRemove(desktop, out _);
        Send(Event("unroute", new { desktop }));
    }

    public void Revoke(string sessionId, DateTimeOffset until)
    {
        _revoked[sessionId] = until;
        Send(Event("revoke", new { sessionId, until }));
    }

    public void SetKeys(params (string Slot, RsaKey Key)[] keys)
    {
        _keys = [.. keys.Select(k => new { kid = k.Key.Kid, slot = k.Slot, state = "current", pem = k.Key.PublicPem() })];
        Send(Event("keys", new { }));
    }

    public void SetRawKeys(params object[] keys)
    {
        _keys = keys;
        Send(Event("keys", new { }));
    }

    /// <summary>Sends text as it is, for events that no good api would send.</summary>
    public void Send(string text)
    {
        foreach (var subscriber in _subscribers.Values)
        {
            subscriber.Writer.TryWrite(text);
        }
    }

    /// <summary>Breaks all connections.</summary>
    public void Hangup()
    {
        foreach (var subscriber in _subscribers.Values)
        {
            subscriber.Writer.TryComplete();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Hangup();
        await _app.DisposeAsync();
    }

    public static string Event(string kind, object data) => $"event: {kind}\ndata: {JsonSerializer.Serialize(data)}\n\n";

    private string RouteEvent(string desktop)
    {
        var (owner, state, proxy) = _routes[desktop];
        return Event("route", new { desktop, owner, state, proxy });
    }

    private async Task FeedAsync(HttpContext context)
    {
        var id = Interlocked.Increment(ref _connections);
        var channel = Channel.CreateUnbounded<string>();
        _subscribers[id] = channel;
        context.Response.ContentType = "text/event-stream";
        try
        {
            await WriteAsync(context, string.Concat(_routes.Keys.Select(RouteEvent)));
            await WriteAsync(context, string.Concat(_revoked.Select(r => Event("revoke", new { sessionId = r.Key, until = r.Value }))) + Event("synced", new { }));
            while (await channel.Reader.WaitToReadAsync(context.RequestAborted))
            {
                while (channel.Reader.TryRead(out var text))
                {
                    await WriteAsync(context, text);
                }
            }
        }
        finally
        {
            _subscribers.TryRemove(id, out _);
        }
    }

    private async Task WriteAsync(HttpContext context, string text)
    {
        if (Talking)
        {
            await context.Response.WriteAsync(text, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
