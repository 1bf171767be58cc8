using CloudWorkstation.Api.Problems;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Auth;

/// <summary>
/// Refuses changes that another site's page asks for. The router turns the cookie into a bearer header, so both are held to the same rule;
/// a REST client sends neither <c>Origin</c> nor <c>Sec-Fetch-Site</c>.
/// </summary>
public sealed class SameOriginMiddleware(RequestDelegate next, IOptions<ApiSettings> settings)
{
    private readonly string origin = settings.Value.PublicOrigin;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        return IsSafe(request.Method) || IsOurs(request.Headers)
            ? next(context)
            : HttpProblem.Of("cross_origin", $"Changes are accepted from {origin} only; this request comes from another site.").ExecuteAsync(context);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private bool IsOurs(IHeaderDictionary headers)
    {
        var from = headers.Origin;
        var site = headers["Sec-Fetch-Site"];
        return (from.Count == 0 || (from is [{ } one] && string.Equals(one, origin, StringComparison.OrdinalIgnoreCase)))
            && (site.Count == 0 || site is ["same-origin"] or ["none"]);
    }
}
