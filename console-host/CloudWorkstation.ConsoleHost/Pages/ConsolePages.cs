using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CloudWorkstation.ConsoleHost.Pages;

/// <summary>Serves the console: files by name, the page of a desktop, and the console itself for every other address a person opens.</summary>
public static partial class ConsolePages
{
    public static IServiceCollection AddConsolePages(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(new ConsoleFiles(ConsoleRoot.Find(configuration["CONSOLE:ROOT"], AppContext.BaseDirectory)));

    public static IEndpointRouteBuilder MapConsolePages(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("{**path}", [HttpMethods.Get, HttpMethods.Head], ServeAsync);
        return routes;
    }

    private static Task ServeAsync(HttpContext context, ConsoleFiles files)
    {
        if (files.Current is not { } built) return NotBuilt.WriteAsync(context, files.Root);

        var path = context.Request.Path.Value ?? "/";
        if (DesktopWithoutSlash().IsMatch(path))
        {
            context.Response.Redirect($"{path}/{context.Request.QueryString}", permanent: true);
            return Task.CompletedTask;
        }
        var page = PageFor(path, context.Request.Headers.Accept);
        return built.TryGetValue(page ?? path, out var file) ? SendAsync(context, file) : NotFoundAsync(context);
    }

    /// <summary>The HTML page an address stands for; null when the address names a file, or nothing.</summary>
    private static string? PageFor(string path, StringValues accept)
    {
        if (DesktopPage().IsMatch(path) || path == "/shared") return "/desktop.html";
        if (path == "/") return "/index.html";
        // A missing script must not become a page: the browser would report a syntax error instead of what is wrong.
        var isNavigation = accept.Any(value => value?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
        var isRoute = !path.StartsWith("/assets/", StringComparison.Ordinal) && !path.StartsWith("/desktop/", StringComparison.Ordinal) && !Path.HasExtension(path);
        return isNavigation && isRoute ? "/index.html" : null;
    }

    private static Task SendAsync(HttpContext context, ConsoleFile file)
    {
        var (content, encoding) = Encoding.Choose(file, context.Request.Headers.AcceptEncoding);
        var headers = context.Response.Headers;
        var tag = $"\"{file.Tag}{(encoding is null ? "" : "-" + encoding)}\"";
        headers.ETag = tag;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = file.Immutable ? "public, max-age=31536000, immutable" : "no-cache";
        if (IsKnown(context.Request.Headers.IfNoneMatch, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = content.Length;
        if (encoding is not null) headers.ContentEncoding = encoding;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static bool IsKnown(StringValues ifNoneMatch, string tag) =>
        EntityTagHeaderValue.TryParseList(ifNoneMatch, out var known) && known.Any(value => value.Tag == tag);

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("There is nothing at this address.\n", context.RequestAborted);
    }

    [GeneratedRegex(@"^/desktop/[a-z][a-z0-9]{11}/\z", RegexOptions.None, 1000)]
    private static partial Regex DesktopPage();

    [GeneratedRegex(@"^/desktop/[a-z][a-z0-9]{11}\z", RegexOptions.None, 1000)]
    private static partial Regex DesktopWithoutSlash();
}
