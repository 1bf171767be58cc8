using System.Text.Json;
using CloudWorkstation.Harness;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Aws.Proxies;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Platform.Tests.Support;

/// <summary>
/// The manager with its jobs, its store and its states on the applied platform, real Terraform and the template aws-vnc. Only the desktop
/// proxy is played: it says that every screen answers.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly WebApplication proxy;
    private readonly IHost host;

    private Installation(AppliedPlatform platform)
    {
        proxy = Proxy();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(Settings(platform));
        builder.Services.AddManager(builder.Configuration);
        host = builder.Build();
    }

    public static Actor Alice { get; } = new("acc-alice", "alice", ["user", "admin"], [], "ses-alice");

    public IDesktopService Desktops => Get<IDesktopService>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public static async Task<Installation> StartAsync(AppliedPlatform platform)
    {
        var installation = new Installation(platform);
        await installation.proxy.StartAsync();
        await installation.host.StartAsync();
        return installation;
    }

    /// <summary>Waits for an operation, while the desktop's own proxy says where it is, and wants it to have succeeded.</summary>
    public async Task SucceedsAsync(AcceptedChange accepted, CancellationToken cancellationToken)
    {
        var (desktop, id) = (accepted.Desktop.Desktop.Id, accepted.Operation!.Id);
        var address = new Uri(proxy.Urls.First()).Authority;
        while (true)
        {
            var operation = (await Get<IOperationService>().GetAsync(Alice, id, cancellationToken)).Value;
            if (!operation.IsActive)
            {
                var log = (await Get<IOperationService>().LogAsync(Alice, id, 0, 500, cancellationToken)).Value;
                operation.State.ShouldBe(OperationState.Succeeded, $"{JsonSerializer.Serialize(operation.Failure)}\n{string.Join('\n', log.Select(l => l.Text))}");
                return;
            }

            await Get<IProxyAnnouncements>().AnnounceAsync(desktop, address, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)host).DisposeAsync();
        await proxy.DisposeAsync();
    }

    private static WebApplication Proxy()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapFallback(() => Results.Json(new { answer = "Ready", detail = "" }));
        return app;
    }

    private static Dictionary<string, string?> Settings(AppliedPlatform platform)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Data"] = platform.NewDirectory("data"),
            ["Environment"] = AppliedPlatform.Name,
            ["Templates"] = Checkout.Path("terraform", "templates"),
            ["Platform"] = platform.Facts,
            ["InternalKey"] = new string('k', 43),
            ["Store:Kind"] = "dynamodb",
            ["Store:Table"] = platform.Table,
            ["State:Kind"] = "s3",
            ["State:Bucket"] = platform.Bucket,
            ["State:KmsKey"] = JsonDocument.Parse(platform.Facts).RootElement.GetProperty("kms_key").GetString(),
            ["Jobs:Watch"] = "00:00:05",
        };
        foreach (var (name, value) in TerraformMirror.Settings)
        {
            settings[name["CWS_".Length..].Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        return settings;
    }
}
