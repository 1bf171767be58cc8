using CloudWorkstation.Api.Desktops;
using CloudWorkstation.Manager;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CloudWorkstation.Api.Swagger;

/// <summary>A refusal (RFC 9457).</summary>
public sealed record ProblemDocument
{
    /// <value><c>urn:cloudworkstation:problem:</c> and the code.</value>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <value>One sentence for a person.</value>
    public required string Detail { get; init; }

    /// <value>Stable; programs may depend on it.</value>
    public required string Code { get; init; }

    /// <value>Every broken field.</value>
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <value>For <c>operation_in_progress</c>: the operation under way.</value>
    public string? Operation { get; init; }

    /// <value>For <c>confirmation_required</c>: what would be done.</value>
    public IReadOnlyList<PlanChange>? Plan { get; init; }

    /// <value>For <c>rate_limited</c> and <c>locked_out</c>: seconds.</value>
    public int? RetryAfterSeconds { get; init; }

    /// <value>For whoever looks into the log.</value>
    public required string TraceId { get; init; }
}

/// <summary>Keeps the document free of what differs between installations, so that its snapshot is the same everywhere.</summary>
internal sealed class SharedSchemas : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Servers = [];
        var paths = swaggerDoc.Paths.OrderBy(p => p.Key, StringComparer.Ordinal).ToList();
        swaggerDoc.Paths.Clear();
        foreach (var (path, item) in paths)
        {
            // A group's own address comes with a slash at the end that nobody writes.
            swaggerDoc.Paths[path.TrimEnd('/')] = item;
        }
    }
}
