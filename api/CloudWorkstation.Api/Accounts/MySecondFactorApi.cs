using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Accounts;

/// <summary>My second factor, and showing again that it is me.</summary>
public static class MySecondFactorApi
{
    private static readonly string[] CodeRefusals = ["invalid_code", "code_used", "locked_out", "busy"];

    public static void MapMySecondFactor(this IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup("/me").WithTags("Me").NotByToken();
        me.MapPost("/proof", Prove).Describe("ProveIdentity", "Show again that it is me", "With a code where a second factor is set up, else with the password. Good for ten minutes in this session.")
            .WithMetadata(new AllowedBeforePasswordChange()).Takes<ProofRequest>().Answers(204, "Shown.").Refuses("proof_required", "session_ended").Refuses(CodeRefusals);
        var factor = me.MapGroup("/second-factor");
        factor.MapGet("", Get).Describe("GetSecondFactor", "My second factor").Answers<SecondFactorModel>(200, "As it is.");
        factor.MapPost("/enrolment", Begin)
            .Describe("BeginSecondFactor", "Set up or replace my second factor", "Gives what an authenticator app needs. Nothing changes until a code of it is confirmed.")
            .Answers<EnrolmentAnswer>(200, "For the app.").Refuses("proof_required", "busy");
        factor.MapPost("/confirmation", Confirm).Describe("ConfirmSecondFactor", "Confirm with a code of the app", "From now on signing in asks for one.")
            .Takes<CodeRequest>().Answers<RecoveryCodesAnswer>(200, "In force; the recovery codes are shown this once.").Refuses(CodeRefusals);
        factor.MapPost("/recovery-codes", Renew).Describe("RenewRecoveryCodes", "Get new recovery codes", "The ones before are void.")
            .Answers<RecoveryCodesAnswer>(200, "Shown this once.").Refuses("proof_required", "no_second_factor", "busy");
        factor.MapPost("/removal", Disable).Describe("DisableSecondFactor", "Switch my second factor off")
            .Takes<DisableFactorRequest>().Answers(204, "Off.").Refuses("no_second_factor", "second_factor_mandatory").Refuses(CodeRefusals);
    }

    public static void MapSecondFactorOfOthers(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/accounts/{id}/second-factor", Reset).WithTags("Accounts").Require(Permissions.AccountsManage)
            .Describe("ResetSecondFactor", "Reset somebody's second factor", "For a person who has lost phone and recovery codes. Ends their sessions; they are told by mail.")
            .Answers(204, "Reset.").Refuses("forbidden", "not_found", "no_second_factor", "busy");

    private static async Task<IResult> Get(Caller caller, ISecondFactorService factor, CancellationToken cancellationToken) =>
        (await factor.GetAsync(caller.Actor, cancellationToken)).Match(f => Results.Ok(new SecondFactorModel(f.Enabled, f.EnrolledAt, f.RecoveryCodesLeft, f.Required, f.Passkeys)));

    private static async Task<IResult> Prove(JsonBody<ProofRequest> body, Caller caller, IProofs proofs, SignInGuard guard, CancellationToken cancellationToken)
    {
        guard.Enter(caller.Actor.UserName);
        return (await proofs.ProveAsync(caller.Actor, body.Value.Password, body.Value.Code, cancellationToken)).Match(_ => Results.NoContent());
    }

    private static async Task<IResult> Begin(Caller caller, ISecondFactorService factor, EnrolmentAnswers answers, CancellationToken cancellationToken) =>
        (await factor.BeginAsync(caller.Actor, cancellationToken)).Match(e => Results.Ok(answers.Of(e)));

    private static async Task<IResult> Confirm(JsonBody<CodeRequest> body, Caller caller, ISecondFactorService factor, CancellationToken cancellationToken) =>
        (await factor.ConfirmAsync(caller.Actor, body.Value.Code, cancellationToken)).Match(codes => Results.Ok(new RecoveryCodesAnswer(codes)));

    private static async Task<IResult> Renew(Caller caller, ISecondFactorService factor, CancellationToken cancellationToken) =>
        (await factor.RenewRecoveryCodesAsync(caller.Actor, cancellationToken)).Match(codes => Results.Ok(new RecoveryCodesAnswer(codes)));

    private static async Task<IResult> Disable(JsonBody<DisableFactorRequest> body, Caller caller, ISecondFactorService factor, SignInGuard guard, CancellationToken cancellationToken)
    {
        guard.Enter(caller.Actor.UserName);
        return (await factor.DisableAsync(caller.Actor, body.Value.Password, body.Value.Code, cancellationToken)).Match(_ => Results.NoContent());
    }

    private static async Task<IResult> Reset(string id, Caller caller, ISecondFactorService factor, CancellationToken cancellationToken) =>
        (await factor.ResetAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());
}

public sealed record CodeRequest
{
    public required string Code { get; init; }
}

/// <summary>One of the two; <c>proof_required</c> says which.</summary>
public sealed record ProofRequest
{
    public string? Password { get; init; }

    public string? Code { get; init; }
}

public sealed record DisableFactorRequest
{
    /// <value>Needed where the account has a password of its own.</value>
    public string? Password { get; init; }

    /// <value>Of the app, or a recovery code.</value>
    public required string Code { get; init; }
}

/// <param name="Enabled">An authenticator app is set up.</param>
/// <param name="EnrolledAt">Since when.</param>
/// <param name="RecoveryCodesLeft">Of ten.</param>
/// <param name="Required">Demanded by an administrator: it can be replaced and not switched off.</param>
/// <param name="Passkeys">How many there are; each is a second factor, too.</param>
public sealed record SecondFactorModel(bool Enabled, DateTimeOffset? EnrolledAt, int RecoveryCodesLeft, bool Required, int Passkeys);
