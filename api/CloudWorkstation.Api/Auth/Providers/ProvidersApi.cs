using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Setup;

namespace CloudWorkstation.Api.Auth.Providers;

/// <summary>
/// Signing in and out with providers. Browsers come here by following links and redirects: whatever goes wrong leads them to the sign-in page with a
/// word that it explains.
/// </summary>
public static class ProvidersApi
{
    public static void MapProviders(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Sign-in with providers").AllowAnonymous();
        auth.MapGet("/providers", Offers).Describe("ListSignInOffers", "What the sign-in page offers").Answers<SignInOffers>(200, "The ways to sign in.");
        var provider = auth.MapGroup("/oidc/{name}");
        provider.MapGet("", Leave).Describe("SignInAtProvider", "Go to a provider to sign in", "For browsers. Sets a cookie that must come back with the provider's answer.")
            .Reads<string>("return", "A path of this console.").Answers(302, "To the provider, or to the sign-in page with `error`.");
        provider.MapGet("/callback", Return).Describe("ReturnFromProvider", "Come back from a provider", "The redirect URI to register there.")
            .Reads<string>("code", "The provider's code.").Reads<string>("state", "As it was sent there.").Reads<string>("iss", "The provider's issuer (RFC 9207).").Reads<string>("error", "What the provider says instead.")
            .Answers(302, "To the page that was wanted, or to the sign-in page with `error`.").RequireRateLimiting(RateLimits.SignIn);
        provider.MapGet("/sign-out", GoodBye).Describe("SignOutAtProvider", "Sign out at the provider, too", "For browsers, after `POST /auth/sign-out` said so.")
            .Answers(302, "To the provider's own sign-out, or to the sign-in page.");
        // Not limited: a provider that ends many people's sessions at once comes from one address and must be heard.
        provider.MapPost("/back-channel-logout", BackChannel).Describe("BackChannelLogout", "A provider says that somebody signed out there", "OpenID Connect Back-Channel Logout 1.0: the address to register there.")
            .TakesForm<BackChannelLogoutForm>().Answers(200, "Their sessions have ended.").Refuses("invalid_logout_token", "unknown_provider", "provider_unavailable");
    }

    /// <summary>Help for whoever sets a provider up.</summary>
    public static void MapProviderSetUp(this IEndpointRouteBuilder routes)
    {
        var providers = routes.MapGroup("/providers").WithTags("Settings").Require(Permissions.PlatformManage).Refuses("forbidden");
        providers.MapPost("/test", Test).Describe("TestProvider", "Ask an issuer what it can do", "Reads the discovery document and the keys, whether or not the provider is set up yet.")
            .Takes<TestProviderRequest>().Answers<ProviderFindings>(200, "What it said.").Refuses("provider_unavailable").RequireRateLimiting(RateLimits.SignIn);
        providers.MapGet("/{name}/registration", (string name, IProviderSetUp setUp) => Results.Ok(setUp.Registration(name)))
            .Describe("GetProviderRegistration", "The addresses to register at a provider").Answers<ProviderRegistration>(200, "Our addresses; they depend on the name alone.");
    }

    internal static Client ClientOf(HttpContext http) => new(
        http.Connection.RemoteIpAddress?.ToString(),
        http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, 256)] : null);

    private static async Task<IResult> Offers(
        IProviderSignIn providers,
        ISettings<SignInSettings> signIn,
        ISettings<DirectoriesSettings> directories,
        IRegistrationService registrations,
        ISetup setup,
        IPasskeySignIn passkeys,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var offered = await providers.OfferedAsync(cancellationToken);
        var self = await registrations.RulesAsync(cancellationToken);
        var local = (await signIn.CurrentAsync(cancellationToken)).LocalPasswords;
        return Results.Ok(new SignInOffers
        {
            Password = local || (await directories.CurrentAsync(cancellationToken)).Directories.Any(d => d.Enabled),
            Passkeys = local && passkeys.Availability.Offered,
            Registration = self.Enabled,
            PasswordReset = local && self.PasswordReset,
            Setup = await setup.IsOpenAsync(cancellationToken),
            Providers = [.. offered.Select(p => new ProviderOffer(p.Name, p.Title, "/auth/oidc/" + p.Name))],
        });
    }

    private static async Task<IResult> Leave(string name, IProviderSignIn providers, HttpContext http, CancellationToken cancellationToken)
    {
        var destination = ReturnAddress.Sanitize(http.Request.Query["return"] is [{ } one] ? one : null);
        var outcome = await providers.LeaveAsync(name, destination, cancellationToken);
        if (outcome.Problem is { } problem)
        {
            return Refused(problem, name);
        }

        ProviderCookies.Set(http.Response, name, outcome.Value);
        return To(http, outcome.Value.Address.AbsoluteUri);
    }

    private static async Task<IResult> Return(string name, IProviderSignIn providers, HttpContext http, CancellationToken cancellationToken)
    {
        string? One(string parameter) => http.Request.Query[parameter] is [{ } value] ? value : null;
        var callback = new ProviderCallback(http.Request.Cookies[ProviderCookies.Trip], One("state"), One("code"), One("iss"), One("error"));
        var outcome = await providers.ReturnAsync(name, callback, ClientOf(http), cancellationToken);
        ProviderCookies.ClearTrip(http.Response, name);
        if (outcome.Problem is { } problem)
        {
            return Refused(problem, name);
        }

        var (step, destination) = outcome.Value;
        if (step is null)
        {
            return To(http, $"{destination}?linked={Uri.EscapeDataString(name)}");
        }

        if (step.Challenge is { } challenge)
        {
            SecondFactorCookies.Set(http.Response, challenge);
            return To(http, SecondFactorCookies.Page(destination));
        }

        SessionCookies.Set(http.Response, step.Session!);
        return To(http, destination);
    }

    private static async Task<IResult> GoodBye(string name, IProviderSignOut providers, HttpContext http, CancellationToken cancellationToken)
    {
        var address = await providers.AddressAsync(name, http.Request.Cookies[ProviderCookies.Farewell], cancellationToken);
        ProviderCookies.ClearFarewell(http.Response, name);
        return To(http, address?.AbsoluteUri ?? "/sign-in");
    }

    private static async Task<IResult> BackChannel(string name, IProviderSignOut providers, HttpContext http, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var form = await FormBody.ReadAsync(http.Request, cancellationToken);
        var outcome = await providers.BackChannelAsync(name, form.Find("logout_token"), ClientOf(http).Address, cancellationToken);
        return outcome.Problem is { Code: "provider_refused" } problem ? HttpProblem.Of("invalid_logout_token", problem.Detail) : outcome.Match(_ => Results.Ok());
    }

    private static async Task<IResult> Test(JsonBody<TestProviderRequest> body, Caller caller, IProviderSetUp setUp, CancellationToken cancellationToken) =>
        (await setUp.TestAsync(caller.Actor, body.Value.Issuer, cancellationToken)).Match(Results.Ok);

    private static RedirectResult Refused(Problem problem, string provider)
    {
        // A name that nobody has set up is somebody's text and not repeated.
        var of = problem.Code == "unknown_provider" ? "" : "&provider=" + Uri.EscapeDataString(provider);
        var page = problem.Extensions.ContainsKey(ProviderReturn.LinkMark) ? "/account" : "/sign-in";
        return new RedirectResult($"{page}?error={problem.Code}{of}");
    }

    private static RedirectResult To(HttpContext http, string address)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new RedirectResult(address);
    }

    /// <summary>An address that has been checked: a provider's from the settings, or a path of ours.</summary>
    private sealed record RedirectResult(string Address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status302Found;
            httpContext.Response.Headers.Location = Address;
            httpContext.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        }
    }
}
