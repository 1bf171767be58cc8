using System.Reflection;
using CloudWorkstation.Api.Problems;

namespace CloudWorkstation.Api.Http;

/// <summary>
/// A request body, read strictly: JSON in UTF-8, at most 64 KB, every member known, once, and of the right type.
/// Every broken rule is reported at once, by name.
/// </summary>
/// <param name="Value">The body.</param>
/// <param name="Raw">Its bytes as they came.</param>
public sealed record JsonBody<T>(T Value, ReadOnlyMemory<byte> Raw)
    where T : class
{
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var raw = await BodyReader.ReadAsync(context.Request, context.RequestAborted);
        return new JsonBody<T>(StrictJson.Read<T>(raw), raw);
    }
}

/// <summary>A request body that may be left out, else as strict as any.</summary>
/// <param name="Value">Null when there was none.</param>
public sealed record OptionalBody<T>(T? Value)
    where T : class
{
    public static async ValueTask<OptionalBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var isLeftOut = context.Request.ContentLength is null or 0 && string.IsNullOrEmpty(context.Request.ContentType);
        return new OptionalBody<T>(isLeftOut ? null : StrictJson.Read<T>(await BodyReader.ReadAsync(context.Request, context.RequestAborted)));
    }
}

/// <summary>Reads a whole body into memory within the limit.</summary>
internal static class BodyReader
{
    public const int MaximumBytes = 64 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaximumBytes)
        {
            throw new ProblemException(HttpProblem.Of("body_too_large"));
        }

        if (!IsJson(request))
        {
            throw new ProblemException(HttpProblem.Of("unsupported_media_type"));
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaximumBytes)
            {
                throw new ProblemException(HttpProblem.Of("body_too_large"));
            }

            if (read.IsCompleted)
            {
                var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static bool IsJson(HttpRequest request) =>
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
