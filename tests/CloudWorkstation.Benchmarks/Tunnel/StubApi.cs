using System.Text.Json;
using CloudWorkstation.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>The api's internal endpoints as far as the proxy needs them to run: everything is allowed, nothing ends.</summary>
internal sealed class StubApi(WebApplication app) : IAsyncDisposable
{
    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<StubApi> StartAsync(RsaKey signing)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/internal/v1/keys", () => new { items = new[] { new { kid = signing.Kid, slot = "a", state = "current", pem = signing.PublicPem() } } });
        app.MapGet("/internal/v1/feed", FeedAsync);
        app.MapPost("/internal/v1/connections/{id}/open", () => new { session = new { clipboard = "both", files = "off" } });
        app.MapPost("/internal/v1/connections/{id}/report", () => Results.NoContent());
        app.MapPost("/internal/v1/connections/reports", (JsonElement body) => new
        {
            answers = body.GetProperty("reports").EnumerateArray().Select(r => new { connection = r.GetProperty("connection").GetString(), status = 204 }),
        });
        app.MapPost("/internal/v1/connections/{id}/close", () => Results.NoContent());
        await app.StartAsync();
        return new StubApi(app);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static async Task FeedAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("event: route\ndata: {\"desktop\":\"benchdesktop\",\"state\":\"running\"}\n\nevent: synced\ndata: {}\n\n");
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(5));
            await context.Response.WriteAsync(": heartbeat\n\n");
        }
    }
}
