using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Auth.Providers;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Accounts;

/// <summary>The providers that I sign in with.</summary>
public static class MyIdentitiesApi
{
    public static void MapMyIdentities(this IEndpointRouteBuilder routes)
    {
        var mine = routes.MapGroup("/me/identities").WithTags("Me").NotByToken();
        mine.MapGet("", List).Describe("ListMyIdentities", "The providers and directories that I sign in with", "And the providers that could be linked.").Answers<MyIdentitiesModel>(200, "All of them.");
        mine.MapPost("/{name}", Link)
            .Describe("LinkProvider", "Link my account with a provider", "Sets a cookie; then the browser goes to `continueAt`, signs in there, and comes back to the account page.")
            .Answers<LinkAnswer>(200, "Where the browser goes.").Refuses("unknown_provider", "provider_unavailable", "already_linked", "proof_required");
        mine.MapDelete("/{name}", Unlink).Describe("UnlinkProvider", "Unlink a provider from my account", "Sessions that it began end, except this one. The last way in stays.")
            .Answers(204, "Unlinked.").Refuses("not_found", "proof_required", "last_way_in", "busy");
    }

    private static async Task<IResult> List(Caller caller, IIdentityLinks links, CancellationToken cancellationToken) =>
        (await links.ListAsync(caller.Actor, cancellationToken)).Match(mine => Results.Ok(new MyIdentitiesModel(
            [.. mine.Linked.Select(i => new IdentityModel(i.Source, i.Name, i.Title, i.Removable))], [.. mine.Offered.Select(p => new OfferedModel(p.Name, p.Title))])));

    private static async Task<IResult> Link(string name, Caller caller, IIdentityLinks links, HttpContext http, CancellationToken cancellationToken) =>
        (await links.LeaveAsync(caller.Actor, name, cancellationToken)).Match(departure =>
        {
            http.Response.Headers.CacheControl = "no-store";
            ProviderCookies.Set(http.Response, name, departure);
            return Results.Ok(new LinkAnswer(departure.Address.AbsoluteUri));
        });

    private static async Task<IResult> Unlink(string name, Caller caller, IIdentityLinks links, CancellationToken cancellationToken) =>
        (await links.UnlinkAsync(caller.Actor, name, cancellationToken)).Match(_ => Results.NoContent());
}

/// <param name="Source"><c>oidc:NAME</c>, <c>ldap:NAME</c>.</param>
/// <param name="Name">The provider's; null for a directory.</param>
/// <param name="Title">As its button says.</param>
/// <param name="Removable">It is not the last way in, and no directory's.</param>
public sealed record IdentityModel(string Source, string? Name, string Title, bool Removable);

/// <param name="Name">Its name.</param>
/// <param name="Title">As its button says.</param>
public sealed record OfferedModel(string Name, string Title);

/// <param name="Linked">The ways in besides a password.</param>
/// <param name="Offered">Providers that could be linked.</param>
public sealed record MyIdentitiesModel(IReadOnlyList<IdentityModel> Linked, IReadOnlyList<OfferedModel> Offered);

/// <param name="ContinueAt">The provider's sign-in.</param>
public sealed record LinkAnswer(string ContinueAt);
