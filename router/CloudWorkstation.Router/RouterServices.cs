using System.Threading.Channels;
using CloudWorkstation.Router.Feed;
using CloudWorkstation.Router.Haproxy;
using CloudWorkstation.Router.Health;
using CloudWorkstation.Router.Keys;
using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router;

internal static class RouterServices
{
    /// <summary>A snapshot of this many desktops is taken without the feed having to wait.</summary>
    private const int Waiting = 20_000;

    public static IServiceCollection AddRouterAgent(this IServiceCollection services, RouterDirectory directory, FeedOptions feed)
    {
        var time = TimeProvider.System;
        var runtime = new HaproxySocket(directory.RuntimeSocket, time);
        var master = new HaproxySocket(directory.MasterSocket, time);
        var messages = Channel.CreateBounded<FeedMessage>(Waiting);
        services.AddSingleton(time).AddSingleton(directory).AddSingleton(feed).AddSingleton(runtime).AddSingleton(messages).AddSingleton(messages.Writer);
        services.AddSingleton<AgentStatus>().AddSingleton<RuntimeMaps>();
        services.AddSingleton(s => new KeyPublisher(directory, master, runtime, time, s.GetRequiredService<ILogger<KeyPublisher>>()));
        services.AddSingleton<Replica>();
        services.AddSingleton(s => new HttpClient(Handler(s.GetRequiredService<Replica>())) { Timeout = Timeout.InfiniteTimeSpan });
        services.AddSingleton<FeedMarks>().AddHostedService(s => s.GetRequiredService<FeedMarks>());
        services.AddHostedService<RouterAgent>();
        services.AddHostedService<FeedClient>();
        return services;
    }

    /// <summary>The api is a neighbour: no proxy of the environment stands between, and no redirect carries the key elsewhere.</summary>
    private static SocketsHttpHandler Handler(Replica replica) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = replica.ConnectAsync,

        // A connection that is left over from the feed before may lead to another replica.
        PooledConnectionLifetime = TimeSpan.Zero,
    };
}
