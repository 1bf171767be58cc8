using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CloudWorkstation.Api.Swagger;

/// <summary>Writes an endpoint's facts into the document: what it takes, every status it answers with, every problem code.</summary>
internal sealed class EndpointFilter : IOperationFilter
{
    /// <summary>Refusals of the layers in front of every endpoint.</summary>
    private static readonly string[] Everywhere = ["malformed_request", "rate_limited", "internal", "unavailable", "storage_full"];

    private static readonly string[] WithSession = ["unauthenticated", "password_change_required", "session_required", "insufficient_scope"];

    private static readonly string[] Changing = ["cross_origin"];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var facts = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.RequestBody = Body(facts, context);
        operation.Parameters = [.. (operation.Parameters ?? []).Where(p => p.In == ParameterLocation.Path), .. Parameters(facts, context)];
        operation.Responses = Responses(facts, context);
        if (!facts.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("session", context.Document)] = [] }];
        }
    }

    /// <summary>Every code an endpoint may answer with.</summary>
    public static IReadOnlyList<ProblemCode> CodesOf(IEnumerable<object> facts, string method)
    {
        var known = facts.ToList();
        var open = known.OfType<IAllowAnonymous>().Any();
        var codes = known.OfType<Refusals>().SelectMany(r => r.Codes).Concat(Everywhere)
            .Concat(open ? [] : WithSession)
            .Concat(HttpMethods.IsGet(method) ? [] : Changing)
            .ToHashSet(StringComparer.Ordinal);
        return [.. ProblemCatalogue.All.Where(c => codes.Contains(c.Code))];
    }

    private static OpenApiRequestBody? Body(IList<object> facts, OperationFilterContext context) => facts.OfType<RequestBody>().LastOrDefault() is { } body
        ? new OpenApiRequestBody { Required = !body.IsOptional, Content = Json(body.ContentType, body.Type, context) }
        : null;

    private static IEnumerable<OpenApiParameter> Parameters(IList<object> facts, OperationFilterContext context) => facts.OfType<ReadsParameter>()
        .Select(p => new OpenApiParameter
        {
            Name = p.Name,
            In = p.In == "query" ? ParameterLocation.Query : ParameterLocation.Header,
            Description = p.Description,
            Schema = context.SchemaGenerator.GenerateSchema(p.Type, context.SchemaRepository),
        });

    private static OpenApiResponses Responses(IList<object> facts, OperationFilterContext context)
    {
        var responses = new OpenApiResponses();
        foreach (var status in facts.OfType<Answer>().GroupBy(a => a.Status).OrderBy(g => g.Key))
        {
            var content = new Dictionary<string, IOpenApiMediaType>();
            foreach (var answer in status)
            {
                Merge(content, answer, context);
            }

            responses[status.Key.ToString()] = new OpenApiResponse { Description = status.First().Description, Content = content };
        }

        foreach (var status in CodesOf(facts, context.ApiDescription.HttpMethod ?? "GET").GroupBy(c => c.Status).OrderBy(g => g.Key))
        {
            responses[status.Key.ToString()] = Refusal([.. status], context);
        }

        return responses;
    }

    private static OpenApiResponse Refusal(IReadOnlyList<ProblemCode> codes, OperationFilterContext context)
    {
        var schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemDocument), context.SchemaRepository);
        return new OpenApiResponse
        {
            Description = string.Join("\n", codes.Select(c => $"- `{c.Code}`: {c.Title}. {c.Fix}")),
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [HttpProblem.MediaType] = new OpenApiMediaType { Schema = schema, Example = Examples.OfProblem(codes[0]) },
            },
        };
    }

    private static void Merge(Dictionary<string, IOpenApiMediaType> content, Answer answer, OperationFilterContext context)
    {
        if (answer.Body is { } type)
        {
            content[answer.ContentType] = Json(answer.ContentType, type, context)[answer.ContentType];
        }
        else if (answer.ContentType != "application/json")
        {
            content[answer.ContentType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    private static Dictionary<string, IOpenApiMediaType> Json(string mediaType, Type type, OperationFilterContext context) => new()
    {
        [mediaType] = new OpenApiMediaType
        {
            Schema = context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository),
            Example = Examples.Of(type),
        },
    };
}
