using CloudWorkstation.Manager.Access.Rules;
using System.Globalization;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Desktops;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Api.Streams;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Timeline;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Api.Operations;

/// <summary>What was asked of desktops, how far it is, what went wrong.</summary>
public static class OperationsApi
{
    private const int MaximumLines = 500;

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        var operations = routes.MapGroup("/operations").WithTags("Operations").NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsRead);
        operations.MapGet("", List).Describe("ListOperations", "List operations", "Newest first: one desktop's, or by state (administrators: everyone's).")
            .Reads<string>("desktop", "Desktop id.").Reads<OperationState>("state", "Only those in this state.").Reads<OperationKind>("kind", "Only those of this kind.")
            .Reads<string>("template", "Only those of desktops of this template.").Reads<string>("owner", "Whose desktop it was: a user name or an account id.").Paged()
            .Answers<ListOf<OperationModel>>(200, "One page.").Refuses("not_found");
        operations.MapGet("/{id}", Get).Describe("GetOperation", "Read one operation").Answers<OperationModel>(200, "The operation.").Refuses("not_found");
        operations.MapGet("/{id}/log", ReadLog)
            .Describe("ReadOperationLog", "Read an operation's log", "As JSON; with `Accept: text/event-stream` as server-sent events `line` until `end`.")
            .Reads<long>("after", "Lines with a higher sequence number.").Reads<int>("limit", $"At most so many lines, 1 to {MaximumLines}.")
            .ReadsHeader("Last-Event-ID", "For the stream: the last line's sequence number.")
            .Answers<LogPage>(200, "Lines in order.").Streams("Lines as they come.").Refuses("not_found", "invalid");
        operations.MapGet("/{id}/timeline", Timeline)
            .Describe("GetOperationTimeline", "Read how an operation went, step by step", "Of a start: from the request to the first frame that somebody saw. All times are milliseconds since the request was accepted; while it goes on, with an estimate of how long it may yet take.")
            .Answers<StartTimeline>(200, "The timeline.").Refuses("not_found");
        operations.MapPost("/{id}/cancel", Cancel).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage).Describe("CancelOperation", "Ask an operation to end", "It has ended when its state says so.")
            .Answers<OperationModel>(202, "Asked.").Refuses("not_found", "conflict");
        operations.MapPost("/{id}/retry", Retry).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage).RequireRateLimiting(RateLimits.Operations).Describe("RetryOperation", "Try a failed operation again", "Starts a new operation of the same kind.")
            .Answers<AcceptedAnswer>(202, "Accepted; follow `Location`.").Refuses("not_found", "conflict", "nothing_to_retry", "operation_in_progress", "template_broken", "quota_exceeded");
    }

    private static async Task<IResult> List(
        Caller caller, PageQuery page, IOperationService operations, HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var filter = new OperationFilter(Query.Identifier(query, "desktop"), Query.Choice<OperationState>(query, "state"), page.Limit, page.Cursor)
        {
            Kind = Query.Choice<OperationKind>(query, "kind"),
            Template = Query.Identifier(query, "template"),
            Owner = Query.Identifier(query, "owner"),
        };
        var outcome = await operations.ListAsync(caller.Actor, filter, cancellationToken);
        return outcome.Match(found => Results.Ok(new ListOf<OperationModel>([.. found.Items.Select(OperationModel.Of)], found.Cursor)));
    }

    private static async Task<IResult> Get(string id, Caller caller, IOperationService operations, CancellationToken cancellationToken) =>
        (await operations.GetAsync(caller.Actor, id, cancellationToken)).Match(o => Results.Ok(OperationModel.Of(o)));

    private static async Task<IResult> Timeline(string id, Caller caller, ITimelineService timelines, CancellationToken cancellationToken) =>
        (await timelines.OfOperationAsync(caller.Actor, id, cancellationToken)).Match(Results.Ok);

    private static async Task<IResult> ReadLog(
        string id, Caller caller, IOperationService operations, LogFollower follower, EventStreams streams, HttpContext http, CancellationToken cancellationToken)
    {
        var operation = await operations.GetAsync(caller.Actor, id, cancellationToken);
        if (!operation.Succeeded)
        {
            return HttpProblem.From(operation.Problem!);
        }

        var after = Query.Number(http.Request.Query, "after", 0, 0, long.MaxValue);
        if (WantsStream(http.Request))
        {
            var from = LastSequence(http.Request) ?? after;
            await streams.WriteAsync(http, caller, until => follower.FollowAsync(caller.Actor, id, from, until));
            return Results.Empty;
        }

        var limit = (int)Query.Number(http.Request.Query, "limit", MaximumLines, 1, MaximumLines);
        var lines = await operations.LogAsync(caller.Actor, id, after, limit, cancellationToken);
        return lines.Match(found => Results.Ok(new LogPage(found, !operation.Value.IsActive && (found.Count > 0 ? found[^1].Sequence : after) >= operation.Value.LogLength)));
    }

    private static async Task<IResult> Cancel(string id, Caller caller, IOperationService operations, CancellationToken cancellationToken) =>
        (await operations.CancelAsync(caller.Actor, id, cancellationToken)).Match(o => Results.Accepted(value: OperationModel.Of(o)));

    private static async Task<IResult> Retry(
        string id, Caller caller, IOperationService operations, IDesktopService desktops, AcceptedAnswers answers, CancellationToken cancellationToken)
    {
        var outcome = await operations.RetryAsync(caller.Actor, id, cancellationToken);
        if (!outcome.Succeeded)
        {
            return HttpProblem.From(outcome.Problem!);
        }

        var desktop = await desktops.GetAsync(caller.Actor, outcome.Value.Desktop, cancellationToken);
        return desktop.Match(found => answers.Accepted(new AcceptedChange(found, outcome.Value)));
    }

    private static bool WantsStream(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));

    private static long? LastSequence(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null;
}

/// <summary>Part of an operation's log.</summary>
/// <param name="Items">Lines in order.</param>
/// <param name="Complete">The operation has ended and no line comes after these.</param>
public sealed record LogPage(IReadOnlyList<LogLine> Items, bool Complete);
