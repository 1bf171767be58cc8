using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Internal;

/// <summary>What a proxy saw of many connections at once; each is answered as if it had been told of alone.</summary>
public sealed partial class ReportsApi(IConnectionService connections, ILogger<ReportsApi> logger)
{
    /// <summary>More than a proxy sends at once, and well within what a body may hold.</summary>
    public const int MostReports = 250;

    // The store is asked a few times for each; a store on another machine makes that a wait, not work.
    private const int AtOnce = 8;

    internal static void Map(RouteGroupBuilder group) =>
        group.MapPost("/connections/reports", (JsonBody<ReportsRequest> body, ReportsApi api, CancellationToken cancellationToken) => api.TakeAsync(body.Value, cancellationToken))
            .Takes<ReportsRequest>().Answers<ReportsAnswer>(200);

    private async Task<IResult> TakeAsync(ReportsRequest request, CancellationToken cancellationToken)
    {
        var reports = request.Reports;
        if (reports.Count > MostReports || reports.Any(report => report is null))
        {
            return HttpProblem.From(Problem.Invalid(new FieldError("reports", $"At most {MostReports} at once, and each of them a report.")));
        }

        var answers = new ReportAnswer[reports.Count];
        Exception? failure = null;
        await Parallel.ForAsync(0, reports.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            try
            {
                answers[i] = await TakeAsync(reports[i], token);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One that cannot be dealt with is heard of again; the others go on.
                answers[i] = new ReportAnswer(reports[i].Connection, StatusCodes.Status503ServiceUnavailable, "unavailable");
                failure = e;
            }
        });
        if (failure is not null)
        {
            Log.Failed(logger, failure, answers.Count(a => a.Status == StatusCodes.Status503ServiceUnavailable), answers.Length);
        }

        return Results.Ok(new ReportsAnswer(answers));
    }

    private async Task<ReportAnswer> TakeAsync(NamedReport report, CancellationToken cancellationToken)
    {
        if (!Identifiers.IsPossible(report.Connection))
        {
            return new ReportAnswer(report.Connection, StatusCodes.Status404NotFound, "not_found");
        }

        var outcome = await connections.ReportAsync(report.Connection, report.ToReport(), cancellationToken);
        return outcome.Problem is { } problem
            ? new ReportAnswer(report.Connection, HttpProblem.From(problem).Status, problem.Code)
            : new ReportAnswer(report.Connection, StatusCodes.Status204NoContent, null);
    }

    private static partial class Log
    {
        [LoggerMessage(1050, LogLevel.Error, "{Failed} of {All} reports on connections could not be taken in")]
        public static partial void Failed(ILogger logger, Exception exception, int failed, int all);
    }
}

public sealed record ReportsRequest
{
    public required IReadOnlyList<NamedReport> Reports { get; init; }
}

public sealed record NamedReport : ReportRequest
{
    public required string Connection { get; init; }
}

/// <param name="Answers">One for each report, in their order.</param>
public sealed record ReportsAnswer(IReadOnlyList<ReportAnswer> Answers);

/// <param name="Connection">As it was named.</param>
/// <param name="Status">The status that the report alone would have been answered with.</param>
/// <param name="Code">Why the connection must end; null when it may go on.</param>
public sealed record ReportAnswer(string Connection, int Status, string? Code);
