namespace CloudWorkstation.ConsoleHost.Security;

/// <summary>What a browser may do with our pages: run our own files, talk to our own origin, and nothing else.</summary>
public static class SecurityHeaders
{
    /// <summary>Sets the headers on every answer, errors included.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="publicUrl">The address people use. Its WebSocket form is named too: older Safari does not read it out of <c>'self'</c>.</param>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, string? publicUrl)
    {
        var policy = ContentSecurityPolicy(publicUrl);
        return app.Use(next => context =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] =
                "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-read=(self), clipboard-write=(self), fullscreen=(self)";
            return next(context);
        });
    }

    public static string ContentSecurityPolicy(string? publicUrl)
    {
        var sockets = WebSocketOrigin(publicUrl);
        return "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
            + $"connect-src 'self'{(sockets is null ? "" : " " + sockets)}; "
            + "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    }

    private static string? WebSocketOrigin(string? publicUrl)
    {
        if (!Uri.TryCreate(publicUrl, UriKind.Absolute, out var address)) return null;
        return address.Scheme switch
        {
            "http" => $"ws://{address.Authority}",
            "https" => $"wss://{address.Authority}",
            _ => null,
        };
    }
}
