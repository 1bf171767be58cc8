using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager;
using Microsoft.Net.Http.Headers;

namespace CloudWorkstation.Api.Problems;

/// <summary>A refusal as <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">One of <see cref="ProblemCatalogue"/>.</param>
/// <param name="Detail">One sentence for a person.</param>
public sealed record HttpProblem(int Status, string Code, string Detail) : IResult
{
    public const string MediaType = "application/problem+json";

    /// <summary>Extension whose value, in seconds, also becomes the header of that name.</summary>
    private const string RetryAfter = "retryAfterSeconds";

    /// <summary>The document is never part of a page, so quotes and backticks may stand as they are.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();

    /// <summary>A refusal of the api's own, with the status and fix of its catalogue entry.</summary>
    public static HttpProblem Of(string code, string? detail = null)
    {
        var entry = ProblemCatalogue.Find(code) ?? throw new ArgumentException($"'{code}' is not in the catalogue.", nameof(code));
        return new HttpProblem(entry.Status, code, detail ?? $"{entry.Title}. {entry.Fix}");
    }

    /// <summary>The code decides the status; a code without an entry falls back on what its kind says.</summary>
    public static HttpProblem From(Problem problem) => new(ProblemCatalogue.Find(problem.Code)?.Status ?? StatusOf(problem.Kind), problem.Code, problem.Detail)
    {
        Errors = problem.Errors,
        Extensions = problem.Extensions,
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        httpContext.Items[nameof(HttpProblem)] = Code;
        response.ContentType = MediaType;
        if (Extensions.TryGetValue(RetryAfter, out var seconds))
        {
            response.Headers.RetryAfter = seconds;
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        }

        return response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Document(httpContext), Readable), httpContext.RequestAborted).AsTask();
    }

    public HttpProblem RetryIn(TimeSpan wait) => this with
    {
        Extensions = new Dictionary<string, string> { [RetryAfter] = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture) },
    };

    private JsonObject Document(HttpContext context)
    {
        var document = new JsonObject
        {
            ["type"] = "urn:cloudworkstation:problem:" + Code,
            ["title"] = ProblemCatalogue.Find(Code)?.Title ?? "The request was refused",
            ["status"] = Status,
            ["detail"] = Detail,
            ["code"] = Code,
        };
        if (Errors.Count > 0)
        {
            document["errors"] = new JsonArray([.. Errors.Select(e => new JsonObject { ["field"] = e.Field, ["message"] = e.Message })]);
        }

        foreach (var (name, value) in Extensions)
        {
            document.TryAdd(name, ExtensionValue(name, value));
        }

        document["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        return document;
    }

    /// <summary>The manager's extensions are texts; a plan, a number of seconds and a yes or no are JSON inside.</summary>
    private static JsonNode? ExtensionValue(string name, string value)
    {
        if (name is not ("plan" or "mustEnrol" or RetryAfter))
        {
            return JsonValue.Create(value);
        }

        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }

    private static int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Malformed => StatusCodes.Status400BadRequest,
        ProblemKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        ProblemKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.NotFound => StatusCodes.Status404NotFound,
        ProblemKind.Conflict => StatusCodes.Status409Conflict,
        ProblemKind.Stale => StatusCodes.Status412PreconditionFailed,
        ProblemKind.Exhausted => StatusCodes.Status429TooManyRequests,
        ProblemKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ProblemKind.StorageFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };
}

/// <summary>Carries a refusal out of parameter binding, where no result can be returned.</summary>
public sealed class ProblemException(HttpProblem problem) : Exception(problem.Detail)
{
    public HttpProblem Problem { get; } = problem;
}
