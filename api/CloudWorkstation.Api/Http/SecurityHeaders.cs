namespace CloudWorkstation.Api.Http;

/// <summary>Headers that keep browsers from doing more with an answer than it is for.</summary>
public sealed class SecurityHeaders(RequestDelegate next)
{
    public const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>The Swagger page runs its own scripts and talks to this origin, nothing else.</summary>
    public const string SwaggerPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(
            static state =>
            {
                Apply((HttpContext)state);
                return Task.CompletedTask;
            },
            context);
        return next(context);
    }

    private static void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/api/swagger", StringComparison.Ordinal) ? SwaggerPolicy : ApiPolicy;
        headers.CacheControl = "no-store";
        headers.Pragma = default;
        headers.Expires = default;
    }
}
