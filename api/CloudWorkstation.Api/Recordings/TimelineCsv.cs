using System.Globalization;
using System.Text;
using CloudWorkstation.Manager.Recordings;

namespace CloudWorkstation.Api.Recordings;

/// <summary>A recording's timeline for a spreadsheet, written as it is read.</summary>
internal sealed record TimelineCsv(IAsyncEnumerable<TimelineMark> Marks, string Name) : IResult
{
    public const string MediaType = "text/csv; charset=utf-8";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = MediaType;
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{Name}.csv\"";
        await httpContext.Response.WriteAsync("at,offset,kind,detail,keysym,down\r\n", httpContext.RequestAborted);
        await foreach (var mark in Marks.WithCancellation(httpContext.RequestAborted))
        {
            var at = mark.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var key = mark.Keysym is { } keysym ? $"0x{keysym.ToString("x", CultureInfo.InvariantCulture)},{(mark.Down == true ? "true" : "false")}" : ",";
            await httpContext.Response.WriteAsync(
                $"{at},{mark.Offset.ToString(CultureInfo.InvariantCulture)},{mark.Kind},{Cell(mark.Detail)},{key}\r\n", Encoding.UTF8, httpContext.RequestAborted);
        }
    }

    // What a spreadsheet would take for a formula is what somebody typed: it is text.
    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
