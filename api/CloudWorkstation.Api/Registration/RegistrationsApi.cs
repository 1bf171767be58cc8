using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Registration;

namespace CloudWorkstation.Api.Registration;

/// <summary>Registrations that wait for a decision or for a directory.</summary>
public static class RegistrationsApi
{
    public static void MapRegistrations(this IEndpointRouteBuilder routes)
    {
        var registrations = routes.MapGroup("/registrations").WithTags("Registrations").Require(Permissions.AccountsManage).Refuses("forbidden");
        registrations.MapGet("", List).Describe("ListRegistrations", "List registrations in one state", "Newest first.")
            .Reads<RegistrationState>("state", "`approval` when not given; unverified ones are not shown.").Paged().Answers<ListOf<RegistrationView>>(200, "One page.");
        registrations.MapGet("/{id}", Get).Describe("GetRegistration", "Read one registration").Answers<RegistrationView>(200, "The registration.").Refuses("not_found");
        registrations.MapPost("/{id}/approve", Approve).Describe("ApproveRegistration", "Approve a registration", "Makes the account, or orders it from the directory.")
            .Takes<DecisionRequest>().Answers<RegistrationView>(200, "Approved.").Refuses("not_found", "conflict");
        registrations.MapPost("/{id}/refuse", Refuse).Describe("RefuseRegistration", "Refuse a registration", "The person is told by mail, with the reason.")
            .Takes<RefusalRequest>().Answers<RegistrationView>(200, "Refused.").Refuses("not_found", "conflict");
        registrations.MapPost("/{id}/retry", Retry).Describe("RetryRegistration", "Ask the directory again", "At once; with another user name where the directory has the one that was asked for.")
            .Takes<DecisionRequest>().Answers<RegistrationView>(202, "It is asked within seconds.").Refuses("not_found", "conflict", "busy");
        registrations.MapPost("/{id}/cancel", Cancel).Describe("CancelRegistration", "End a registration that waits for a directory", "Its password is forgotten; the person is told by mail.")
            .Answers<RegistrationView>(200, "Cancelled.").Refuses("not_found", "conflict", "busy");
    }

    private static async Task<IResult> List(Caller caller, PageQuery page, IRegistrationDesk desk, HttpContext http, CancellationToken cancellationToken)
    {
        var state = Query.Choice<RegistrationState>(http.Request.Query, "state") ?? RegistrationState.Approval;
        var outcome = await desk.ListAsync(caller.Actor, state, page.Limit, page.Cursor, cancellationToken);
        return outcome.Match(found => Results.Ok(new ListOf<RegistrationView>(found.Items, found.Cursor)));
    }

    private static async Task<IResult> Get(string id, Caller caller, IRegistrationDesk desk, CancellationToken cancellationToken) =>
        Answer(await desk.GetAsync(caller.Actor, id, cancellationToken));

    private static async Task<IResult> Approve(string id, JsonBody<DecisionRequest> body, Caller caller, IRegistrationDesk desk, CancellationToken cancellationToken) =>
        Answer(await desk.ApproveAsync(caller.Actor, id, body.Value.UserName, cancellationToken));

    private static async Task<IResult> Refuse(string id, JsonBody<RefusalRequest> body, Caller caller, IRegistrationDesk desk, CancellationToken cancellationToken) =>
        Answer(await desk.RefuseAsync(caller.Actor, id, body.Value.Reason, cancellationToken));

    private static async Task<IResult> Retry(string id, JsonBody<DecisionRequest> body, Caller caller, IRegistrationDesk desk, CancellationToken cancellationToken) =>
        (await desk.RetryAsync(caller.Actor, id, body.Value.UserName, cancellationToken)).Match(view => Results.Json(view, statusCode: StatusCodes.Status202Accepted));

    private static async Task<IResult> Cancel(string id, Caller caller, IRegistrationDesk desk, CancellationToken cancellationToken) =>
        Answer(await desk.CancelAsync(caller.Actor, id, cancellationToken));

    private static IResult Answer(Outcome<RegistrationView> outcome) => outcome.Match(Results.Ok);
}
