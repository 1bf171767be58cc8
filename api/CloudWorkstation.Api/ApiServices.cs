using System.Net;
using CloudWorkstation.Api.Access;
using CloudWorkstation.Api.Accounts;
using CloudWorkstation.Api.Audit;
using CloudWorkstation.Api.Bans;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Auth.Providers;
using CloudWorkstation.Api.Configuration;
using CloudWorkstation.Api.Desktops;
using CloudWorkstation.Api.Directories;
using CloudWorkstation.Api.Events;
using CloudWorkstation.Api.Health;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Internal;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Mail;
using CloudWorkstation.Api.Notifications;
using CloudWorkstation.Api.Operations;
using CloudWorkstation.Api.Orphans;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Api.Recordings;
using CloudWorkstation.Api.Registration;
using CloudWorkstation.Api.Sessions;
using CloudWorkstation.Api.Settings;
using CloudWorkstation.Api.Setup;
using CloudWorkstation.Api.Statistics;
using CloudWorkstation.Api.Streams;
using CloudWorkstation.Api.Swagger;
using CloudWorkstation.Api.Templates;
using CloudWorkstation.Api.Tokens;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Health;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CloudWorkstation.Api;

/// <summary>What the api is made of, besides the manager.</summary>
public static class ApiServices
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ApiSettings>().Bind(configuration).ValidateDataAnnotations().ValidateOnStart()
            .Validate(s => NetworkList.Of(s.TrustedProxies) is not null, "CWS_TRUSTEDPROXIES is not a comma-separated list of networks such as 10.0.0.0/16.")
            .Validate(s => NetworkList.Of(s.Bans.TrustedNetworks) is not null, "CWS_BANS__TRUSTEDNETWORKS is not a comma-separated list of networks such as 10.0.0.0/16.")
            .Validate(s => HasInternalKey(s, configuration), "CWS_KEYS__KIND is 'store', so every api needs the same internal key: set CWS_INTERNALKEY.");
        services.ConfigureHttpJsonOptions(options => ApiJson.Apply(options.SerializerOptions));
        services.Configure<KestrelServerOptions>(ConfigureKestrel);
        services.Configure<ForwardedHeadersOptions>(options => TrustThisHost(options, configuration["TrustedProxies"]));
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(8));
        services.AddAuth().AddRateLimits().AddSwagger().AddIdempotencyKeys().AddReadiness();
        services.AddSingleton<IdempotentRequests>().AddSingleton<CreateDesktopHandler>().AddSingleton<AcceptedAnswers>();
        services.AddSingleton<LogFollower>().AddSingleton<StreamPlaces>().AddSingleton<StreamAccess>().AddSingleton<EventStreams>().AddSingleton<ReadinessReporter>();
        services.AddSingleton<SessionWatch>().AddHostedService(provider => provider.GetRequiredService<SessionWatch>());
        services.AddHostedService<FirstAdmin>();
        services.AddSingleton<RegistrationGuard>().AddSingleton<Internal.ReportsApi>();
        services.AddHostedService<StartConfiguration>();
        services.AddHostedService<SetupInvitation>();
        return services;
    }

    /// <summary>The order matters: headers and problems around everything, who calls before what they may do.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseForwardedHeaders();
        app.UseMiddleware<AuditOriginMiddleware>();
        app.UseRouting();
        app.UseMiddleware<SameOriginMiddleware>();
        app.UseAuthentication();
        app.UseMiddleware<BanMiddleware>();
        app.UseMiddleware<RateLimitMiddleware>();
        app.UseAuthorization();
        app.UseMiddleware<TokenGate>();
        app.UseMiddleware<PasswordChangeGate>();
        app.UseSwaggerPage();
    }

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAuth();
        routes.MapSetupClaim();
        routes.MapProviders();
        routes.MapTokenExchange();
        routes.MapRegistration();
        routes.MapEmailConfirmation();
        routes.MapSecondFactor();
        routes.MapPasskeySignIn();
        routes.MapHealth();
        routes.MapInternal();
        routes.MapSwaggerDocument();
        var v1 = routes.MapGroup("/api/v1").RefuseImpossibleIds();
        v1.MapMe();
        v1.MapMySecondFactor();
        v1.MapMyPasskeys();
        v1.MapMyIdentities();
        v1.MapMyEmail();
        v1.MapTokens();
        v1.MapTemplates();
        v1.MapDesktops();
        v1.MapIdle();
        v1.MapTimelines();
        v1.MapSharing();
        v1.MapOperations();
        v1.MapEvents();
        v1.MapAccounts();
        v1.MapSecondFactorOfOthers();
        v1.MapAccess();
        v1.MapSessions();
        v1.MapAudit();
        v1.MapRecordings();
        v1.MapBans();
        v1.MapKeys();
        v1.MapOrphans();
        v1.MapDirectories();
        v1.MapStatistics();
        v1.MapMail();
        v1.MapRegistrations();
        v1.MapSettings();
        v1.MapProviderSetUp();
        v1.MapNotifications();
        v1.MapConfiguration();
        v1.MapSetup();
    }

    private static void ConfigureKestrel(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = BodyReader.MaximumBytes;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
    }

    // A key that each replica makes for itself would let a route agent in at one of them only.
    private static bool HasInternalKey(ApiSettings settings, IConfiguration configuration) =>
        settings.InternalKey is not null || settings.InternalKeyFile is not null || !string.Equals(configuration["Keys:Kind"], "store", StringComparison.OrdinalIgnoreCase);

    /// <summary>The router runs on this host or in a network that is named; what comes from elsewhere may say what it likes.</summary>
    private static void TrustThisHost(ForwardedHeadersOptions options, string? networks)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        options.ForwardLimit = 1;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Add(IPAddress.IPv6Loopback);
        options.KnownIPNetworks.Add(new System.Net.IPNetwork(IPAddress.Parse("127.0.0.0"), 8));
        foreach (var network in NetworkList.Of(networks) ?? [])
        {
            options.KnownIPNetworks.Add(network);
        }
    }
}
