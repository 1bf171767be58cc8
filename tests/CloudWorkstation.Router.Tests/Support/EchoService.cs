using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>What a service behind the router received.</summary>
internal sealed record Echo(string Service, string Method, string Target, Dictionary<string, string[]> Headers);

/// <summary>A service behind the router: answers every request with itself, echoes WebSockets, and streams events on demand.</summary>
internal sealed class EchoService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _name;

    private EchoService(string name, int port)
    {
        _name = name;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(AnswerAsync);
    }

    /// <value>Released one by one into the event stream at any path that ends in <c>/events</c>.</value>
    public SemaphoreSlim Events { get; } = new(0);

    public string Address => new Uri(_app.Urls.First()).Authority;

    public static async Task<EchoService> StartAsync(string name, int port = 0)
    {
        var service = new EchoService(name, port);
        await service._app.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Events.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await EchoSocketAsync(context);
        }
        else if (context.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal))
        {
            await StreamAsync(context);
        }
        else
        {
            var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            var headers = context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.Select(v => v!).ToArray());
            var body = JsonSerializer.SerializeToUtf8Bytes(new Echo(_name, context.Request.Method, target, headers));
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        }
    }

    private async Task EchoSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(_name), WebSocketMessageType.Text, endOfMessage: true, default);
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
        {
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; ; i++)
        {
            await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Events.WaitAsync(context.RequestAborted);
        }
    }
}
