using System.Text;
using CloudWorkstation.Api.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CloudWorkstation.Api.Http;

/// <summary>A body that is a text and may be larger than others.</summary>
internal static class TextBody
{
    public const int MaximumBytes = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<string> ReadAsync(HttpContext http, IReadOnlyList<string> contentTypes, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !contentTypes.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            throw new ProblemException(HttpProblem.Of("unsupported_media_type", $"Send one of {string.Join(", ", contentTypes)}, in UTF-8."));
        }

        if (http.Request.ContentLength > MaximumBytes)
        {
            throw TooLarge();
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaximumBytes + 1;
        }

        using var bytes = new MemoryStream();
        await CopyAsync(http.Request.Body, bytes, cancellationToken);
        return Decode(bytes);
    }

    private static async Task CopyAsync(Stream body, MemoryStream into, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            into.Write(buffer, 0, read);
            if (into.Length > MaximumBytes)
            {
                throw TooLarge();
            }
        }
    }

    private static string Decode(MemoryStream bytes)
    {
        try
        {
            return Strict.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(HttpProblem.Of("malformed_request", "The body is not valid UTF-8."));
        }
    }

    private static ProblemException TooLarge() => new(HttpProblem.Of("body_too_large", $"At most {MaximumBytes / 1024 / 1024} MB are taken here."));
}
