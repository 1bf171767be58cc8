using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudWorkstation.DesktopProxy.Http;

/// <summary>An answer before the upgrade that is not the upgrade, as problem+json (RFC 9457).</summary>
internal sealed record Refusal(int Status, string Code, string Detail, string ExtraHeader = "")
{
    public static Refusal Malformed(string detail) => new(400, "malformed_request", detail);

    public static Refusal Unauthenticated(string detail) => new(401, "unauthenticated", detail);

    public static Refusal Forbidden(string detail, string code = "forbidden") => new(403, code, detail);

    public static Refusal NotFound(string detail) => new(404, "not_found", detail);

    public static Refusal Unavailable(string detail) => new(503, "desktop_unreachable", detail, "Retry-After: 2\r\n");

    public byte[] ToResponse()
    {
        var body = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = Title(Status),
            ["status"] = Status,
            ["detail"] = Detail,
            ["code"] = Code,
        }.ToJsonString();
        return Response(Status, "application/problem+json", body, ExtraHeader);
    }

    /// <summary>Every answer closes the connection: a proxy in front must never send the next request where a tunnel might begin.</summary>
    public static byte[] Response(int status, string type, string body, string extraHeader = "") => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} {Title(status)}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nCache-Control: no-store\r\n{extraHeader}Connection: close\r\n\r\n{body}"));

    private static string Title(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        502 => "Bad Gateway",
        _ => "Service Unavailable",
    };
}
