using System.Text.Encodings.Web;

namespace CloudWorkstation.ConsoleHost.Pages;

/// <summary>The page for somebody who started the host from a fresh checkout.</summary>
public static class NotBuilt
{
    public static Task WriteAsync(HttpContext context, string root)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Console not built · CloudWorkstation</title></head>
            <body>
            <h1>The console is not built</h1>
            <p>CloudWorkstation runs, but its web pages are missing from <code>{HtmlEncoder.Default.Encode(root)}</code>.</p>
            <p>Run <code>npm ci &amp;&amp; npm run build</code> in <code>console-host/web</code>, or set <code>CWS_CONSOLE__ROOT</code> to a built console, and load this page again.</p>
            </body>
            </html>
            """,
            context.RequestAborted);
    }
}
