using System.Globalization;
using System.Net;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Api.Audit;

/// <summary>The query parameters of a search in the trail.</summary>
internal static class AuditQuery
{
    private const int LongestText = 100;
    private static readonly string[] Nobodys = ["anonymous", Actor.System.AccountId];

    public static async Task<AuditFilter> ReadAsync(IQueryCollection query, Actor actor, IAccountService accounts, CancellationToken cancellationToken)
    {
        var (day, from, to) = (Query.Text(query, "day"), Query.Text(query, "from"), Query.Text(query, "to"));
        var who = Query.Identifier(query, "actor");
        var action = Query.Text(query, "action");
        var result = Query.Text(query, "result");
        return new AuditFilter
        {
            Day = day is null ? null : Day(day) ?? throw Query.Invalid("day", "'day' must be a date like 2026-11-21."),
            From = from is null ? null : Moment(from, "from", 0),
            To = to is null ? null : Moment(to, "to", 1),
            // An id that no account has still finds what somebody of that id did.
            ActorId = who is null || Nobodys.Contains(who) ? who : await accounts.FindIdAsync(actor, who, cancellationToken) ?? who,
            Target = Query.Identifier(query, "target"),
            Action = action is null || AuditActions.Find(action) is not null ? action : throw Query.Invalid("action", "'action' must be one of GET /api/v1/audit/actions."),
            Result = result is null || AuditResults.All.Contains(result) ? result : throw Query.Invalid("result", $"'result' must be one of {string.Join(", ", AuditResults.All)}."),
            Network = Query.Text(query, "address") is { } address ? Network(address) : null,
            Text = Query.Text(query, "q") is { } text ? text[..Math.Min(text.Length, LongestText)] : null,
        };
    }

    private static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static DateTimeOffset Moment(string text, string name, int daysAfter)
    {
        if (Day(text) is { } day)
        {
            return day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(day.AddDays(daysAfter), TimeOnly.MinValue, TimeSpan.Zero);
        }

        return text.Length >= 20 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw Query.Invalid(name, $"'{name}' must be a date like 2026-11-21 or a time like 2026-11-21T08:00:00Z.");
    }

    private static IPNetwork Network(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
        }

        return IPNetwork.TryParse(text, out var network) ? network : throw Query.Invalid("address", "'address' must be an address like 192.0.2.7 or a network like 10.0.0.0/8.");
    }
}
