using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Registration.Addresses;

namespace CloudWorkstation.Api.Registration;

/// <summary>My e-mail address.</summary>
public static class MyEmailApi
{
    public static void MapMyEmail(this IEndpointRouteBuilder routes)
    {
        var mine = routes.MapGroup("/me/email").WithTags("Me").NotByToken();
        mine.MapGet("", Get).Describe("GetMyEmail", "My e-mail address").Answers<MyEmail>(200, "As it is.");
        mine.MapPost("", Ask).Describe("ChangeMyEmail", "Ask for another e-mail address", "It counts once the link that is sent to it has come back. The answer is the same whether or not somebody has it.")
            .Takes<MyEmailRequest>().Answers<MailedAnswer>(202, "A mail is on its way.").Refuses("proof_required", "address_from_outside", "rate_limited");
    }

    public static void MapEmailConfirmation(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/auth/email-changes/confirm", Confirm).WithTags("Sign-in").AllowAnonymous()
            .Describe("ConfirmEmailChange", "Confirm a new e-mail address with the link of the mail", "Once. The address before is told.")
            .Takes<LinkRequest>().Answers<ConfirmedEmail>(200, "It counts.").Refuses("link_invalid", "conflict", "busy").RequireRateLimiting(RateLimits.SignIn);

    private static async Task<IResult> Get(Caller caller, IEmailChanges emails, CancellationToken cancellationToken) => (await emails.GetAsync(caller.Actor, cancellationToken)).Match(Results.Ok);

    private static async Task<IResult> Ask(
        JsonBody<MyEmailRequest> body, Caller caller, IEmailChanges emails, RegistrationGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        guard.Enter(http.Connection.RemoteIpAddress?.ToString(), body.Value.Email);
        return (await emails.RequestAsync(caller.Actor, body.Value.Email, cancellationToken)).Match(_ => Results.Json(new MailedAnswer(Mailed: true), statusCode: StatusCodes.Status202Accepted));
    }

    private static async Task<IResult> Confirm(JsonBody<LinkRequest> body, IEmailChanges emails, HttpContext http, CancellationToken cancellationToken) =>
        (await emails.ConfirmAsync(body.Value.Token, http.Connection.RemoteIpAddress?.ToString(), cancellationToken)).Match(email => Results.Ok(new ConfirmedEmail(email)));
}

public sealed record MyEmailRequest
{
    public required string Email { get; init; }
}

public sealed record LinkRequest
{
    /// <value>What stands behind the <c>#</c> of the link.</value>
    public required string Token { get; init; }
}

/// <param name="Email">The account's from now on.</param>
public sealed record ConfirmedEmail(string Email);
