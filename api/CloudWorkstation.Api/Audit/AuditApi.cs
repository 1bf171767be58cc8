using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Audit.Export;

namespace CloudWorkstation.Api.Audit;

/// <summary>Who did what, for who may read it.</summary>
public static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/audit").WithTags("Audit").Require(Permissions.AuditRead).Refuses("forbidden");
        audit.MapGet("", List)
            .Describe("ListAudit", "Search the audit trail", "Newest first; today's when nothing is given. What a page examines is bounded: one that is short and has a `cursor` goes on.")
            .Filtered().Paged().Answers<ListOf<AuditEntry>>(200, "One page.");
        audit.MapGet("/actions", Actions).Describe("ListAuditActions", "Everything that is recorded").Answers<ListOf<AuditAction>>(200, "All of them, by name.");
        audit.MapGet("/exports", Exports).Describe("ListAuditExports", "How far the places have received the trail that it is sent to").Answers<ListOf<AuditExportState>>(200, "Syslog and OTLP.");
        audit.MapGet("/export", Export)
            .Describe("ExportAudit", "Take the audit trail away as JSON lines", "Oldest first, one entry a line, as it is read from the store. That it was taken is an entry itself.")
            .Filtered().AnswersLines("One entry a line.").Refuses("invalid");
    }

    private static RouteHandlerBuilder Filtered(this RouteHandlerBuilder builder) => builder
        .Reads<string>("day", "`YYYY-MM-DD`, UTC; instead of `from` and `to`.")
        .Reads<string>("from", "A date or an RFC 3339 time; entries from then on.")
        .Reads<string>("to", "A date, whose day is included, or an RFC 3339 time; entries before it.")
        .Reads<string>("actor", "Account id or user name; `anonymous` for strangers, `system` for the product itself.")
        .Reads<string>("target", "For example `desktop/abc123def456`.")
        .Reads<string>("action", "One of `GET /audit/actions`.")
        .Reads<string>("result", "`accepted`, `refused`, `succeeded` or `failed`.")
        .Reads<string>("address", "An address or a network such as `10.0.0.0/8`.")
        .Reads<string>("q", "Part of a name, a target, a detail or of what changed.");

    private static async Task<IResult> List(Caller caller, PageQuery page, IAuditLog audit, IAccountService accounts, HttpContext http, CancellationToken cancellationToken)
    {
        var filter = await AuditQuery.ReadAsync(http.Request.Query, caller.Actor, accounts, cancellationToken) with { Limit = page.Limit, Cursor = page.Cursor };
        return (await audit.QueryAsync(caller.Actor, filter, cancellationToken)).Match(found => Results.Ok(new ListOf<AuditEntry>(found.Items, found.Cursor)));
    }

    private static async Task<IResult> Exports(Caller caller, IAuditExports exports, CancellationToken cancellationToken) =>
        (await exports.ListAsync(caller.Actor, cancellationToken)).Match(found => Results.Ok(new ListOf<AuditExportState>(found)));

    private static IResult Actions() => Results.Ok(new ListOf<AuditAction>(AuditActions.All));

    private static async Task<IResult> Export(Caller caller, IAuditLog audit, IAccountService accounts, HttpContext http, CancellationToken cancellationToken)
    {
        var filter = await AuditQuery.ReadAsync(http.Request.Query, caller.Actor, accounts, cancellationToken);
        return (await audit.ExportAsync(caller.Actor, filter, cancellationToken)).Match(entries => new JsonLines<AuditEntry>(entries, "audit-trail"));
    }
}
