using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Accounts;

/// <summary>My passkeys.</summary>
public static class MyPasskeysApi
{
    public static void MapMyPasskeys(this IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup("/me").WithTags("Me").NotByToken();
        var passkeys = me.MapGroup("/passkeys");
        passkeys.MapGet("", List).Describe("ListMyPasskeys", "My passkeys", "And whether this installation's address allows any.").Answers<MyPasskeysModel>(200, "All of them.");
        passkeys.MapPost("/options", Begin)
            .Describe("BeginPasskey", "Begin adding a passkey", "Says what to ask the authenticator, and sets a cookie that must come back with its answer.")
            .Answers<PasskeyOptionsAnswer>(200, "For `navigator.credentials.create`.").Refuses("passkeys_unavailable", "too_many_passkeys", "proof_required");
        passkeys.MapPost("", Add).Describe("AddPasskey", "Add a passkey", "It is a second factor from now on. Recovery codes come with the first one.")
            .Takes<AddPasskeyRequest>().Answers<AddedPasskeyModel>(201, "Added.").Refuses("passkey_not_taken", "too_many_passkeys", "busy");
        passkeys.MapPatch("/{id}", Rename).Describe("RenamePasskey", "Rename a passkey").Takes<RenamePasskeyRequest>().Answers<PasskeyModel>(200, "Renamed.").Refuses("not_found", "busy");
        passkeys.MapDelete("/{id}", Remove).Describe("RemovePasskey", "Remove a passkey", "It is refused from now on. The last second factor of somebody who must have one stays.")
            .Answers(204, "Removed.").Refuses("not_found", "proof_required", "second_factor_mandatory", "busy");
        var proof = me.MapGroup("/proof/passkey").WithMetadata(new AllowedBeforePasswordChange());
        proof.MapPost("/options", BeginProof).Describe("BeginPasskeyProof", "Begin showing with a passkey that it is me").Answers<PasskeyOptionsAnswer>(200, "For `navigator.credentials.get`.")
            .Refuses("passkeys_unavailable", "no_second_factor");
        proof.MapPost("", Prove).Describe("ProveIdentityWithPasskey", "Show with a passkey that it is me", "Good for ten minutes in this session.")
            .Takes<PasskeySignInRequest>().Answers(204, "Shown.").Refuses("passkey_not_taken", "session_ended", "busy");
    }

    private static async Task<IResult> List(Caller caller, IPasskeys passkeys, CancellationToken cancellationToken) =>
        (await passkeys.ListAsync(caller.Actor, cancellationToken)).Match(items => Results.Ok(
            new MyPasskeysModel(passkeys.Availability.Offered, passkeys.Availability.Reason, [.. items.Select(PasskeyModel.From)])));

    private static async Task<IResult> Begin(Caller caller, IPasskeys passkeys, HttpContext http, CancellationToken cancellationToken) =>
        (await passkeys.BeginAsync(caller.Actor, cancellationToken)).Match(c => PasskeyCookies.Answer(http, c));

    private static async Task<IResult> Add(JsonBody<AddPasskeyRequest> body, Caller caller, IPasskeys passkeys, HttpContext http, CancellationToken cancellationToken)
    {
        var ticket = PasskeyCookies.Take(http);
        var outcome = await passkeys.AddAsync(caller.Actor, ticket, body.Value.Name, body.Value.Attestation, cancellationToken);
        return outcome.Match(added => Results.Created("/api/v1/me/passkeys/" + added.Passkey.Id, new AddedPasskeyModel(PasskeyModel.From(added.Passkey), added.RecoveryCodes)));
    }

    private static async Task<IResult> Rename(string id, JsonBody<RenamePasskeyRequest> body, Caller caller, IPasskeys passkeys, CancellationToken cancellationToken) =>
        (await passkeys.RenameAsync(caller.Actor, id, body.Value.Name, cancellationToken)).Match(p => Results.Ok(PasskeyModel.From(p)));

    private static async Task<IResult> Remove(string id, Caller caller, IPasskeys passkeys, CancellationToken cancellationToken) =>
        (await passkeys.RemoveAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());

    private static async Task<IResult> BeginProof(Caller caller, IPasskeys passkeys, HttpContext http, CancellationToken cancellationToken) =>
        (await passkeys.BeginProofAsync(caller.Actor, cancellationToken)).Match(c => PasskeyCookies.Answer(http, c));

    private static async Task<IResult> Prove(
        JsonBody<PasskeySignInRequest> body, Caller caller, IPasskeys passkeys, SignInGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        guard.Enter(caller.Actor.UserName);
        var ticket = PasskeyCookies.Take(http);
        return (await passkeys.ProveAsync(caller.Actor, ticket, body.Value.Assertion, cancellationToken)).Match(_ => Results.NoContent());
    }
}

public sealed record AddPasskeyRequest
{
    /// <value>By which its owner knows the device.</value>
    public required string Name { get; init; }

    public required PasskeyAttestation Attestation { get; init; }
}

public sealed record RenamePasskeyRequest
{
    public required string Name { get; init; }
}

/// <param name="Id">For its address.</param>
/// <param name="Name">Its owner's.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="LastUsedAt">Null until it is used.</param>
/// <param name="Synced">It is kept on more than one device.</param>
/// <param name="Verifies">Its device knew its owner when it was added: it can sign in without a password.</param>
public sealed record PasskeyModel(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool Synced, bool Verifies)
{
    internal static PasskeyModel From(PasskeyView view) => new(view.Id, view.Name, view.CreatedAt, view.LastUsedAt, view.Synced, view.Verifies);
}

/// <param name="Offered">Passkeys can be used at this installation's address.</param>
/// <param name="Reason">Why not, for people.</param>
/// <param name="Items">Mine.</param>
public sealed record MyPasskeysModel(bool Offered, string? Reason, IReadOnlyList<PasskeyModel> Items);

/// <param name="Passkey">The new one.</param>
/// <param name="RecoveryCodes">Each good once in place of a passkey; shown this once, and only with the first factor.</param>
public sealed record AddedPasskeyModel(PasskeyModel Passkey, IReadOnlyList<string> RecoveryCodes);
