using CloudWorkstation.Manager.Access.Rules;
using Microsoft.AspNetCore.Authorization;

namespace CloudWorkstation.Api.Auth;

/// <summary>Who may call what. Everything needs a session unless its endpoint says otherwise.</summary>
public static class AuthServices
{
    public const string InternalPolicy = "internal";
    public const string OperationsPolicy = "operations";
    private const string PermissionPolicy = "permission:";

    public static IServiceCollection AddAuth(this IServiceCollection services)
    {
        services.AddSingleton<InternalKey>();
        services.AddSingleton<EnrolmentAnswers>();
        services.AddTransient<SessionHandler>();
        services.AddTransient<InternalKeyHandler>();

        // The core services only: the full set would bring data protection, which writes keys of its own into the home directory.
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<SessionHandler>(SessionHandler.Scheme, null);
            options.AddScheme<InternalKeyHandler>(InternalKeyHandler.Scheme, null);
            options.DefaultScheme = SessionHandler.Scheme;
        });
        services.AddAuthorization(Policies);
        return services;
    }

    /// <summary>The name of the policy that asks for a permission.</summary>
    public static string PolicyOf(string permission) => PermissionPolicy + permission;

    /// <summary>The permission that a policy asks for; null when it asks for something else.</summary>
    public static string? PermissionOf(string? policy) =>
        policy?.StartsWith(PermissionPolicy, StringComparison.Ordinal) == true ? policy[PermissionPolicy.Length..] : null;

    /// <param name="builder">The endpoints.</param>
    /// <param name="permission">One of <see cref="Permissions"/>.</param>
    public static TBuilder Require<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(PolicyOf(permission));

    private static void Policies(AuthorizationOptions options)
    {
        options.FallbackPolicy = new AuthorizationPolicyBuilder(SessionHandler.Scheme).RequireAssertion(IsSignedInOrLost).Build();
        foreach (var permission in Permissions.All)
        {
            options.AddPolicy(PolicyOf(permission.Name), policy => policy
                .AddAuthenticationSchemes(SessionHandler.Scheme)
                .RequireAuthenticatedUser()
                .RequireAssertion(c => c.Resource is HttpContext http && http.Features.Get<Caller>()?.Actor.May(permission.Name) == true));
        }

        options.AddPolicy(InternalPolicy, policy => policy.AddAuthenticationSchemes(InternalKeyHandler.Scheme).RequireAuthenticatedUser());
        options.AddPolicy(OperationsPolicy, policy => policy
            .AddAuthenticationSchemes(InternalKeyHandler.Scheme)
            .RequireAssertion(c => c.User.Identity?.IsAuthenticated == true || (c.Resource is HttpContext http && InternalKeyHandler.IsDirectFromThisHost(http))));
    }

    /// <summary>Below the open <c>/auth</c> a wrong method is 405 and a wrong path 404 for everyone; elsewhere a stranger learns nothing.</summary>
    private static bool IsSignedInOrLost(AuthorizationHandlerContext context) =>
        context.User.Identity?.IsAuthenticated == true
        || (context.Resource is HttpContext http && http.Request.Path.StartsWithSegments("/auth", StringComparison.Ordinal) && http.GetEndpoint() is not RouteEndpoint);
}
