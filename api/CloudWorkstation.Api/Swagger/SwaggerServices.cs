using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CloudWorkstation.Api.Swagger;

/// <summary>The OpenAPI document and the page that shows it, behind the session like the rest of the api.</summary>
public static class SwaggerServices
{
    private const string Document = "v1";

    public static IServiceCollection AddSwagger(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(Configure);

    public static void MapSwaggerDocument(this IEndpointRouteBuilder routes) => routes.MapSwagger("/api/swagger/{documentName}/swagger.json");

    public static void UseSwaggerPage(this IApplicationBuilder app) => app.UseSwaggerUI(options =>
    {
        options.RoutePrefix = "api/swagger";
        options.DocumentTitle = "CloudWorkstation API";
        options.SwaggerEndpoint("v1/swagger.json", "v1");
    });

    private static void Configure(SwaggerGenOptions options)
    {
        options.SwaggerDoc(Document, new OpenApiInfo
        {
            Title = "CloudWorkstation API",
            Version = Document,
            Description = "Cloud desktops in the browser. Refusals are problem documents (RFC 9457) whose `code` is stable. Changes of a desktop are operations: 202 with a `Location` to follow. "
                + "A browser's session cookie works here; REST clients get a bearer token from `/auth/token`.",
        });
        options.SupportNonNullableReferenceTypes();
        options.NonNullableReferenceTypesAsRequired();
        options.CustomSchemaIds(SchemaNames.Of);
        options.AddSecurityDefinition("session", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "The session token; in a browser the router takes it from the cookie." });
        options.OperationFilter<EndpointFilter>();
        options.DocumentFilter<SharedSchemas>();
        foreach (var comments in Directory.EnumerateFiles(AppContext.BaseDirectory, "CloudWorkstation.*.xml"))
        {
            options.IncludeXmlComments(comments);
        }
    }
}

/// <summary>Schema names as a reader of the document wants them.</summary>
internal static class SchemaNames
{
    public static string Of(Type type)
    {
        var name = type.Name.Split('`')[0];
        name = name.EndsWith("Model", StringComparison.Ordinal) ? name[..^5] : name;
        return type.IsGenericType ? name + string.Concat(type.GetGenericArguments().Select(Of)) : name;
    }
}
