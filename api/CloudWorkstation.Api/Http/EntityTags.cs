using System.Globalization;
using CloudWorkstation.Api.Problems;

namespace CloudWorkstation.Api.Http;

/// <summary>ETags are the stored version in quotes; If-Match makes a change conditional on it.</summary>
internal static class EntityTags
{
    public static void Set(HttpResponse response, long version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Null where the header is absent or <c>*</c>.</summary>
    public static long? IfMatch(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0 || (header.Count == 1 && header[0] == "*"))
        {
            return null;
        }

        return header is [{ Length: > 2 } tag] && tag[0] == '"' && tag[^1] == '"'
            && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new ProblemException(HttpProblem.Of("malformed_if_match"));
    }
}
