using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Swagger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>Marks answers whose status the endpoint's table does not name: what the OpenAPI document says must be the whole truth.</summary>
internal sealed class UndeclaredAnswers : IStartupFilter
{
    public const string Header = "X-Test-Undeclared";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, inner) =>
        {
            context.Response.OnStarting(() =>
            {
                if (context.GetEndpoint() is RouteEndpoint endpoint && !Declares(endpoint, context))
                {
                    context.Response.Headers[Header] = $"{context.Request.Method} {endpoint.RoutePattern.RawText} {context.Response.StatusCode}";
                }

                return Task.CompletedTask;
            });
            return inner();
        });
        next(app);
    };

    private static bool Declares(RouteEndpoint endpoint, HttpContext context)
    {
        var answers = endpoint.Metadata.GetOrderedMetadata<Answer>();
        var status = context.Response.StatusCode;
        return answers.Count == 0 || answers.Any(a => a.Status == status) || EndpointFilter.CodesOf(endpoint.Metadata, context.Request.Method).Any(c => c.Status == status);
    }
}

internal sealed class DeclaredAnswersOnly(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        return response.Headers.TryGetValues(UndeclaredAnswers.Header, out var what)
            ? throw new InvalidOperationException($"{string.Join(", ", what)} is not declared by the endpoint. Add it to the endpoint's table.")
            : response;
    }
}
