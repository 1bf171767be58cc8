using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Registration.Passwords;
using CloudWorkstation.Manager.Registration.Proofs;

namespace CloudWorkstation.Api.Registration;

/// <summary>Accounts that people make for themselves, and passwords that they have forgotten: open to strangers.</summary>
public static class RegistrationApi
{
    public static void MapRegistration(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Registration").AllowAnonymous();
        auth.MapGet("/registrations", Rules).Describe("GetRegistrationRules", "Whether and how one can register").Answers<RegistrationRules>(200, "The rules.");
        auth.MapPost("/challenges", Challenge).Describe("CreateChallenge", "Get work for a proof", "The browser does it; the more an address asks for, the more it is. It is good for one request and 15 minutes.")
            .Answers<ProofChallenge>(200, "The work.").Refuses("rate_limited").RequireRateLimiting(RateLimits.SignIn);
        auth.MapPost("/registrations", Register).Describe("Register", "Ask for an account", "The answer is the same whether or not the address has one; what follows is in a mail to it.")
            .Takes<RegisterRequest>().Answers<MailedAnswer>(202, "A mail is on its way.").Refuses("registration_closed", "proof_refused", "rate_limited");
        auth.MapPost("/registrations/verify", Verify).Describe("VerifyRegistration", "Use the link of the mail", "Once. Where the user name is taken, the link stays good for another.")
            .Takes<VerifyRequest>().Answers<ProgressAnswer>(200, "The address is verified.").Refuses("link_invalid", "conflict", "busy", "registration_closed", "rate_limited").RequireRateLimiting(RateLimits.SignIn);
        auth.MapPost("/registrations/progress", Progress).Describe("GetRegistrationProgress", "Ask how a registration goes on")
            .Takes<TicketRequest>().Answers<ProgressAnswer>(200, "As it stands.").Refuses("link_invalid");
        auth.MapPost("/password-resets", RequestReset).Describe("RequestPasswordReset", "Ask for a mail to set a new password", "The answer is the same whether or not the address has an account.")
            .Takes<PasswordResetRequest>().Answers<MailedAnswer>(202, "If there is an account, a mail is on its way.").Refuses("registration_closed", "proof_refused", "rate_limited");
        auth.MapPost("/password-resets/confirm", ConfirmReset).Describe("ConfirmPasswordReset", "Set a new password with the link of the mail", "Once. Ends every session of the account.")
            .Takes<NewPasswordRequest>().Answers(204, "Set.").Refuses("link_invalid", "busy", "rate_limited").RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> Rules(IRegistrationService registrations, CancellationToken cancellationToken) =>
        Results.Ok(await registrations.RulesAsync(cancellationToken));

    private static IResult Challenge(IRegistrationService registrations, HttpContext http) => Results.Ok(registrations.NewChallenge(AddressOf(http)));

    private static async Task<IResult> Register(
        JsonBody<RegisterRequest> body, IRegistrationService registrations, RegistrationGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        guard.Enter(AddressOf(http), body.Value.Email);
        return (await registrations.RequestAsync(body.Value.ToRequest(), AddressOf(http), cancellationToken)).Match(_ => Mailed());
    }

    private static async Task<IResult> Verify(JsonBody<VerifyRequest> body, IRegistrationService registrations, HttpContext http, CancellationToken cancellationToken) =>
        (await registrations.VerifyAsync(body.Value.Token, body.Value.UserName, AddressOf(http), cancellationToken))
            .Match(verified => Results.Ok(ProgressAnswer.From(verified.Progress, verified.Ticket)));

    private static async Task<IResult> Progress(JsonBody<TicketRequest> body, IRegistrationService registrations, CancellationToken cancellationToken) =>
        (await registrations.ProgressAsync(body.Value.Ticket, cancellationToken)).Match(progress => Results.Ok(ProgressAnswer.From(progress)));

    private static async Task<IResult> RequestReset(
        JsonBody<PasswordResetRequest> body, IPasswordResets resets, RegistrationGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        guard.Enter(AddressOf(http), body.Value.Email);
        return (await resets.RequestAsync(body.Value.Email, body.Value.Proof, AddressOf(http), cancellationToken)).Match(_ => Mailed());
    }

    private static async Task<IResult> ConfirmReset(JsonBody<NewPasswordRequest> body, IPasswordResets resets, HttpContext http, CancellationToken cancellationToken) =>
        (await resets.ConfirmAsync(body.Value.Token, body.Value.NewPassword, AddressOf(http), cancellationToken)).Match(_ => Results.NoContent());

    private static IResult Mailed() => Results.Json(new MailedAnswer(Mailed: true), statusCode: StatusCodes.Status202Accepted);

    private static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString();
}
