using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Auth;

/// <summary>The keys that tokens are signed with; public halves only.</summary>
public static class KeysApi
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").WithTags("Keys").Require(Permissions.PlatformManage).Refuses("forbidden");
        keys.MapGet("", List).Describe("ListKeys", "List the token keys").Answers<ListOf<KeyModel>>(200, "All of them.");
        keys.MapPost("/rotate", Rotate).Describe("RotateKeys", "Sign with the next key from now on", "Nobody is signed out; the key before stays valid while its tokens live.")
            .Answers<ListOf<KeyModel>>(200, "Rotated.").Refuses("rotated_recently");
    }

    public static ListOf<KeyModel> Answer(IReadOnlyList<PublishedKey> keys) => new([.. keys.Select(k => new KeyModel(k.Kid, k.Slot, k.State, k.PublicPem))]);

    private static IResult List(IKeyRing keys) => Results.Ok(Answer(keys.Published));

    private static async Task<IResult> Rotate(Caller caller, IKeyRing keys, CancellationToken cancellationToken) =>
        (await keys.RotateAsync(caller.Actor, cancellationToken)).Match(rotated => Results.Ok(Answer(rotated)));
}

/// <param name="Kid">Key id.</param>
/// <param name="Slot"><c>a</c>, <c>b</c> or <c>c</c>: the router's file.</param>
/// <param name="State"><c>next</c>, <c>current</c> or <c>previous</c>.</param>
/// <param name="Pem">Public key.</param>
public sealed record KeyModel(string Kid, string Slot, string State, string Pem);
