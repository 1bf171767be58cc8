using System.Net;
using CloudWorkstation.DesktopProxy.Access;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Http;
using CloudWorkstation.DesktopProxy.Recording;
using CloudWorkstation.DesktopProxy.Sessions;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.DesktopProxy;

/// <summary>Composition: what Program and the tests both run.</summary>
public static class ProxyHost
{
    public static IServiceCollection AddDesktopProxy(this IServiceCollection services, ProxySettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(_ => new InternalApi(CreateClient(settings)));
        services.AddSingleton<TargetKey>();
        services.AddSingleton<SigningKeys>().AddSingleton<Revocations>().AddSingleton<TokenGate>().AddSingleton<Readiness>();
        services.AddSingleton<ProxyMetrics>().AddSingleton<SessionRegistry>().AddSingleton<SessionParts>().AddSingleton<ScreenProbe>().AddSingleton<LiveConnections>();
        services.TryAddSingleton(new RecordingLimits());
        services.AddSingleton<IRecordingApi>(_ => new RecordingApi(CreateClient(settings))).AddSingleton<Recorders>();
        services.AddSingleton<RequestRouter>().AddSingleton<DesktopListener>();
        services.AddHostedService<FeedSubscriber>();
        services.AddSingleton<Heartbeat>().AddHostedService(provider => provider.GetRequiredService<Heartbeat>());
        services.AddHostedService<ProxyService>();
        if (settings.Desktop is not null)
        {
            services.AddHostedService<Announcer>();
        }

        return services;
    }

    private static HttpClient CreateClient(ProxySettings settings)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            MaxConnectionsPerServer = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = DecompressionMethods.None,
        });
        InternalApi.Configure(http, settings);
        return http;
    }
}

/// <summary>Starts the listener with the host and lets the sessions go before it ends.</summary>
internal sealed class ProxyService(DesktopListener listener, SessionRegistry sessions) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await listener.StopAsync();
        await sessions.DrainAsync().WaitAsync(cancellationToken);
    }
}
