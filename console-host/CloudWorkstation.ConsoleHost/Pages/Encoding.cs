using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CloudWorkstation.ConsoleHost.Pages;

/// <summary>Which of a file's forms a browser gets.</summary>
public static class Encoding
{
    /// <summary>The smallest form that <c>Accept-Encoding</c> allows; a weight of zero forbids one.</summary>
    public static (byte[] Content, string? Name) Choose(ConsoleFile file, StringValues acceptEncoding)
    {
        if (file.Brotli is not null && Accepts(acceptEncoding, "br")) return (file.Brotli, "br");
        if (file.Gzip is not null && Accepts(acceptEncoding, "gzip")) return (file.Gzip, "gzip");
        return (file.Plain, null);
    }

    private static bool Accepts(StringValues header, string coding) =>
        StringWithQualityHeaderValue.TryParseList(header, out var accepted)
        && accepted.Any(value => value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && value.Quality is not 0);
}
