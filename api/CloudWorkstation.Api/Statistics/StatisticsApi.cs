using System.Globalization;
using System.Text;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Statistics;

namespace CloudWorkstation.Api.Statistics;

/// <summary>How the installation is used.</summary>
public static class StatisticsApi
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static void MapStatistics(this IEndpointRouteBuilder routes)
    {
        var statistics = routes.MapGroup("/statistics").WithTags("Statistics").Require(Permissions.StatisticsRead).Refuses("forbidden");
        statistics.MapGet("", Read)
            .Describe("ReadStatistics", "Read statistics", "The last seven days when no period is given. Counted as it happens: what is younger than some minutes may be missing.")
            .ReadsPeriod().Answers<StatisticsView>(200, "The period, and its steps in which something happened.");
        statistics.MapGet("/export", Export).Describe("ExportStatistics", "Export statistics", "The same as CSV, one line per step.")
            .ReadsPeriod().WithMetadata(new Answer(StatusCodes.Status200OK, null, StatisticsCsv.MediaType, "As a file."));
        statistics.MapGet("/people", People).Describe("ListUseOfPeople", "List who used how much in a month", "Most first.")
            .Reads<string>("month", "`YYYY-MM`, UTC; this month when not given.").Paged().Answers<ListOf<PersonUse>>(200, "One page.");
    }

    private static RouteHandlerBuilder ReadsPeriod(this RouteHandlerBuilder builder) => builder
        .Reads<DateTimeOffset>("from", "Inclusive.").Reads<DateTimeOffset>("to", "Exclusive; now when not given.")
        .Reads<StatisticsStep>("step", "`day` when not given. At most 1000 steps are read at once.").Refuses("invalid");

    private static async Task<IResult> Read(Caller caller, IStatisticsService statistics, TimeProvider time, HttpContext http, CancellationToken cancellationToken) =>
        (await statistics.ReadAsync(caller.Actor, Period(http.Request.Query, time), cancellationToken)).Match(view => Results.Ok(view));

    private static async Task<IResult> Export(Caller caller, IStatisticsService statistics, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var period = Period(http.Request.Query, time);
        return (await statistics.ReadAsync(caller.Actor, period, cancellationToken)).Match(view =>
            Results.File(Encoding.UTF8.GetBytes(StatisticsCsv.Of(view)), StatisticsCsv.MediaType, $"statistics-{period.From:yyyyMMdd}-{period.To:yyyyMMdd}.csv"));
    }

    private static async Task<IResult> People(
        Caller caller, PageQuery page, IStatisticsService statistics, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var month = Query.Text(http.Request.Query, "month") is { } text ? ParseMonth(text) : DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return (await statistics.PeopleAsync(caller.Actor, month, page.Limit, page.Cursor, cancellationToken)).Match(found => Results.Ok(new ListOf<PersonUse>(found.Items, found.Cursor)));
    }

    private static StatisticsQuery Period(IQueryCollection query, TimeProvider time)
    {
        var to = Query.Time(query, "to") ?? time.GetUtcNow();
        return new StatisticsQuery(Query.Time(query, "from") ?? to - Week, to, Query.Choice<StatisticsStep>(query, "step") ?? StatisticsStep.Day);
    }

    private static DateOnly ParseMonth(string text) => DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
        ? month
        : throw Query.Invalid("month", "'month' must be a month like 2026-11.");
}
