using CloudWorkstation.Manager.Access.Rules;
using System.Globalization;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Api.Audit;

/// <summary>Who did what, for administrators.</summary>
public static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit", List).WithTags("Audit").Require(Permissions.AuditRead)
            .Describe("ListAudit", "Read the audit trail", "Newest first: one day's (today's when nothing is given), one actor's, or one target's.")
            .Reads<string>("day", "`YYYY-MM-DD`, UTC.").Reads<string>("actor", "Account id.").Reads<string>("target", "For example `desktop/abc123def456`.").Paged()
            .Answers<ListOf<AuditEntry>>(200, "One page.").Refuses("forbidden");

    private static async Task<IResult> List(Caller caller, PageQuery page, IAuditLog audit, HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var filter = new AuditFilter
        {
            Day = Query.Text(query, "day") is { } day ? ParseDay(day) : null,
            ActorId = Query.Identifier(query, "actor"),
            Target = Query.Identifier(query, "target"),
            Limit = page.Limit,
            Cursor = page.Cursor,
        };
        return (await audit.QueryAsync(caller.Actor, filter, cancellationToken)).Match(found => Results.Ok(new ListOf<AuditEntry>(found.Items, found.Cursor)));
    }

    private static DateOnly ParseDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : throw Query.Invalid("day", "'day' must be a date like 2026-11-21.");
}
