namespace CloudWorkstation.Api.Http;

/// <summary>An answer of an endpoint, for the OpenAPI document.</summary>
public sealed record Answer(int Status, Type? Body, string ContentType, string Description);

/// <summary>The refusals an endpoint may answer with, beyond those that every endpoint has.</summary>
public sealed record Refusals(IReadOnlyList<string> Codes);

/// <summary>The type of an endpoint's body.</summary>
public sealed record RequestBody(Type Type, string ContentType = "application/json")
{
    /// <value>May be left out.</value>
    public bool IsOptional { get; init; }
}

/// <summary>A query parameter or header that a handler reads itself.</summary>
/// <param name="Name">As sent.</param>
/// <param name="In"><c>query</c> or <c>header</c>.</param>
/// <param name="Type">.NET type of the value.</param>
/// <param name="Description">One sentence.</param>
public sealed record ReadsParameter(string Name, string In, Type Type, string Description);

/// <summary>May be called by an account that has to choose a new password first.</summary>
public sealed record AllowedBeforePasswordChange;

/// <summary>What an API token must be good for to call this; any of them. Reading is allowed by the scope <c>read</c> as well.</summary>
public sealed record TokenScopes(IReadOnlyList<string> Permissions);

/// <summary>For whoever is signed in, and for no API token.</summary>
public sealed record SignedInOnly;

/// <summary>For every API token, whatever its scopes.</summary>
public sealed record AnyToken;

/// <summary>How the endpoint tables say what an endpoint takes and answers; the OpenAPI document and a test are made from it.</summary>
public static class EndpointFacts
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder builder, string name, string summary, string? description = null)
    {
        builder.WithName(name).WithSummary(summary);
        return description is null ? builder : builder.WithDescription(description);
    }

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder builder, int status, string description = "Done.") =>
        builder.WithMetadata(new Answer(status, typeof(T), "application/json", description));

    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder builder, int status, string description = "Done.") =>
        builder.WithMetadata(new Answer(status, null, "application/json", description));

    public static RouteHandlerBuilder AnswersText(this RouteHandlerBuilder builder, string contentType, string description) =>
        builder.WithMetadata(new Answer(StatusCodes.Status200OK, null, contentType, description));

    public static RouteHandlerBuilder Streams(this RouteHandlerBuilder builder, string description) =>
        builder.WithMetadata(new Answer(StatusCodes.Status200OK, null, "text/event-stream", description));

    public static RouteHandlerBuilder AnswersLines(this RouteHandlerBuilder builder, string description) =>
        builder.WithMetadata(new Answer(StatusCodes.Status200OK, null, JsonLines<object>.MediaType, description));

    public static TBuilder Refuses<TBuilder>(this TBuilder builder, params string[] codes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Refusals(codes));

    /// <summary>An endpoint that changes something and says neither this nor which permission it requires is closed to API tokens.</summary>
    public static TBuilder NeedsScope<TBuilder>(this TBuilder builder, params string[] permissions)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new TokenScopes(permissions));

    public static TBuilder NotByToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new SignedInOnly());

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new RequestBody(typeof(T))).Refuses("malformed_json", "invalid", "body_too_large", "unsupported_media_type");

    /// <summary>A body that may be left out.</summary>
    public static RouteHandlerBuilder TakesOptional<T>(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new RequestBody(typeof(T)) { IsOptional = true }).Refuses("malformed_json", "invalid", "body_too_large", "unsupported_media_type");

    /// <summary>A form-encoded body whose fields are named as the type's members, in lower case.</summary>
    public static RouteHandlerBuilder TakesForm<T>(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new RequestBody(typeof(T), "application/x-www-form-urlencoded")).Refuses("body_too_large", "unsupported_media_type");

    /// <summary>A text that the handler reads itself.</summary>
    public static RouteHandlerBuilder TakesText(this RouteHandlerBuilder builder, string contentType) =>
        builder.WithMetadata(new RequestBody(typeof(string), contentType)).Refuses("malformed_request", "invalid", "body_too_large", "unsupported_media_type");

    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder builder, string name, string description) =>
        builder.WithMetadata(new ReadsParameter(name, "query", typeof(T), description));

    public static RouteHandlerBuilder ReadsHeader(this RouteHandlerBuilder builder, string name, string description) =>
        builder.WithMetadata(new ReadsParameter(name, "header", typeof(string), description));

    public static RouteHandlerBuilder Paged(this RouteHandlerBuilder builder) => builder
        .Reads<int>("limit", $"At most so many items, 1 to {PageQuery.MaximumLimit}; 50 when not given.")
        .Reads<string>("cursor", "The `cursor` of the page before, with the same filters.")
        .Refuses("invalid", "invalid_cursor");
}
