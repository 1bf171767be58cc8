using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Mail;

namespace CloudWorkstation.Api.Mail;

/// <summary>Mails that wait, that failed, or that no server is set for.</summary>
public static class MailApi
{
    public static void MapMail(this IEndpointRouteBuilder routes)
    {
        var mail = routes.MapGroup("/mail").WithTags("Mail").Require(Permissions.PlatformManage).Refuses("forbidden");
        mail.MapGet("", List).Describe("ListMail", "List mails that are not sent", "Newest first. A mail that the server has taken is gone from here.").Paged()
            .Answers<ListOf<MailSummary>>(200, "One page.");
        mail.MapGet("/{id}", Get).Describe("GetMail", "Read one mail", "With its text where no mail server is set.").Answers<MailModel>(200, "The mail.").Refuses("not_found");
        mail.MapPost("/{id}/retry", Retry).Describe("RetryMail", "Send a mail at once").Answers<MailSummary>(202, "It is sent within seconds.").Refuses("not_found", "busy");
        mail.MapDelete("/{id}", Remove).Describe("RemoveMail", "Remove a mail").Answers(204, "Removed; nobody gets it.").Refuses("not_found", "busy");
        mail.MapPost("/test", Test).Describe("SendTestMail", "Send a test mail", "At once, with the settings as they are stored.")
            .Takes<TestMailRequest>().Answers<TestMailResult>(200, "Delivered, or kept where no mail server is set.").Refuses("mail_not_sent");
    }

    private static async Task<IResult> List(Caller caller, PageQuery page, IMailbox mailbox, CancellationToken cancellationToken) =>
        (await mailbox.ListAsync(caller.Actor, page.Limit, page.Cursor, cancellationToken)).Match(found => Results.Ok(new ListOf<MailSummary>(found.Items, found.Cursor)));

    private static async Task<IResult> Get(string id, Caller caller, IMailbox mailbox, CancellationToken cancellationToken) =>
        (await mailbox.GetAsync(caller.Actor, id, cancellationToken)).Match(found => Results.Ok(MailModel.From(found)));

    private static async Task<IResult> Retry(string id, Caller caller, IMailbox mailbox, CancellationToken cancellationToken) =>
        (await mailbox.RetryAsync(caller.Actor, id, cancellationToken)).Match(mail => Results.Json(mail, statusCode: StatusCodes.Status202Accepted));

    private static async Task<IResult> Remove(string id, Caller caller, IMailbox mailbox, CancellationToken cancellationToken) =>
        (await mailbox.RemoveAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());

    private static async Task<IResult> Test(JsonBody<TestMailRequest> body, Caller caller, IMailbox mailbox, CancellationToken cancellationToken) =>
        (await mailbox.SendTestAsync(caller.Actor, body.Value.To, cancellationToken)).Match(Results.Ok);
}

public sealed record TestMailRequest
{
    public required string To { get; init; }
}

/// <summary>A mail with its text.</summary>
public sealed record MailModel
{
    public required string Id { get; init; }

    public required string To { get; init; }

    public required string Subject { get; init; }

    public required string Kind { get; init; }

    public required MailState State { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required int Attempts { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public string? Failure { get; init; }

    /// <value>Only of a mail that is kept because no mail server is set.</value>
    public string? Text { get; init; }

    public static MailModel From(MailView view) => new()
    {
        Id = view.Summary.Id,
        To = view.Summary.To,
        Subject = view.Summary.Subject,
        Kind = view.Summary.Kind,
        State = view.Summary.State,
        QueuedAt = view.Summary.QueuedAt,
        Attempts = view.Summary.Attempts,
        NextAttemptAt = view.Summary.NextAttemptAt,
        Failure = view.Summary.Failure,
        Text = view.Text,
    };
}
