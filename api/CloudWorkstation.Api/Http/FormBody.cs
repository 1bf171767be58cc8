using CloudWorkstation.Api.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace CloudWorkstation.Api.Http;

/// <summary>A form-encoded body, as OAuth's standards have it; everywhere else bodies are JSON.</summary>
internal sealed class FormBody
{
    private const int MaximumFields = 50;

    private readonly IFormCollection form;

    private FormBody(IFormCollection form) => this.form = form;

    public static async Task<FormBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > BodyReader.MaximumBytes)
        {
            throw new ProblemException(HttpProblem.Of("body_too_large"));
        }

        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(HttpProblem.Of("unsupported_media_type", "Send `Content-Type: application/x-www-form-urlencoded`."));
        }

        try
        {
            var feature = new FormFeature(request, new FormOptions { ValueCountLimit = MaximumFields, KeyLengthLimit = 128, ValueLengthLimit = BodyReader.MaximumBytes });
            return new FormBody(await feature.ReadFormAsync(cancellationToken));
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(HttpProblem.Of("malformed_request", "The form has too many fields or cannot be read."));
        }
    }

    /// <summary>Null when it is missing or stands there more than once.</summary>
    public string? Find(string field) => form[field] is [{ } one] ? one : null;

    public bool Has(string field) => form.ContainsKey(field);
}
