using System.Globalization;
using System.Text;
using CloudWorkstation.Manager.Statistics;

namespace CloudWorkstation.Api.Statistics;

/// <summary>Statistics as RFC 4180 describes a table; one column for each template, group and kind of failure that the period knows.</summary>
internal static class StatisticsCsv
{
    public const string MediaType = "text/csv";

    public static string Of(StatisticsView view)
    {
        var (templates, groups, failures) = (view.Total.HoursByTemplate.Keys.ToList(), view.Total.HoursByGroup.Keys.ToList(), view.Total.Failures.Keys.ToList());
        var text = new StringBuilder();
        Line(text, [
            "at", "runningAverage", "runningPeak", "desktopHours", "activeUsers", "succeeded", "failed", "cancelled", "readyCount", "readyP50Seconds", "readyP95Seconds",
            .. templates.Select(t => "hours of template " + t), .. groups.Select(g => "hours of group " + g), .. failures.Select(f => "failures: " + f),
        ]);
        foreach (var item in view.Items)
        {
            var operations = item.Operations.Values;
            Line(text, [
                item.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Number(item.RunningAverage), Number(item.RunningPeak), Number(item.DesktopHours), Number(item.ActiveUsers),
                Number(operations.Sum(o => o.Succeeded)), Number(operations.Sum(o => o.Failed)), Number(operations.Sum(o => o.Cancelled)),
                Number(item.TimeToReady.Count), Number(item.TimeToReady.P50Seconds), Number(item.TimeToReady.P95Seconds),
                .. templates.Select(t => Number(item.HoursByTemplate.GetValueOrDefault(t))), .. groups.Select(g => Number(item.HoursByGroup.GetValueOrDefault(g))),
                .. failures.Select(f => Number(item.Failures.GetValueOrDefault(f))),
            ]);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    // What a spreadsheet would take for a formula is a name that somebody chose: it is text.
    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
