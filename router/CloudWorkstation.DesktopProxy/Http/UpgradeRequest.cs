using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.WebSockets;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Http;

/// <summary>A well-formed request to open a desktop's screen, from the right origin; nobody's right to do so is checked yet.</summary>
/// <param name="Desktop">The path's segment.</param>
/// <param name="Cookie">The desktop token.</param>
/// <param name="Key">Sec-WebSocket-Key.</param>
/// <param name="SubProtocol">The dialect's own, when it was offered.</param>
/// <param name="Dialect">What the path names.</param>
/// <param name="Screen">What a page of the Guacamole engine says of itself.</param>
internal sealed partial record UpgradeRequest(string Desktop, string Cookie, string Key, string? SubProtocol, Dialect Dialect, ScreenRequest? Screen)
{
    // RFC 6455 section 1.3.
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Checks form, origin and sub-protocol.</summary>
    public static (UpgradeRequest? Request, Refusal? Refusal) Read(RequestHead head, string origin)
    {
        if (PathPattern().Match(head.Target) is not { Success: true } match)
        {
            return (null, Refusal.NotFound("There is nothing at this address."));
        }

        if (head.Method != "GET")
        {
            return (null, new Refusal(405, "method_not_allowed", "A desktop is opened by GET.", "Allow: GET\r\n"));
        }

        if (RefusalOfHandshake(head) is { } malformed)
        {
            return (null, malformed);
        }

        if (head.Single("Origin") is not { } sent || !string.Equals(sent, origin, StringComparison.OrdinalIgnoreCase))
        {
            return (null, Refusal.Forbidden("The request comes from another origin.", "cross_origin"));
        }

        var dialect = match.Groups["engine"].ValueSpan is "vnc" ? Dialect.Rfb : Dialect.Guacamole;
        var offered = head.List("Sec-WebSocket-Protocol").ToArray();
        if ((offered.Length > 0 || dialect.IsSubProtocolRequired) && !offered.Contains(dialect.SubProtocol, StringComparer.Ordinal))
        {
            return (null, Refusal.Malformed($"The only sub-protocol is '{dialect.SubProtocol}'."));
        }

        var problem = "";
        var screen = dialect == Dialect.Guacamole ? ScreenRequest.Parse(match.Groups["query"].Value, out problem) : null;
        if (problem.Length > 0)
        {
            return (null, Refusal.Malformed(problem));
        }

        return head.Cookie(TokenNames.DesktopCookie) is { Length: > 0 } cookie
            ? (new UpgradeRequest(match.Groups["id"].Value, cookie, head.Single("Sec-WebSocket-Key")!, offered.Length > 0 ? dialect.SubProtocol : null, dialect, screen), null)
            : (null, Refusal.Unauthenticated("There is no desktop token."));
    }

    /// <summary>The 101 answer.</summary>
    public byte[] ToResponse()
    {
        // The protocol's own use of SHA-1; nothing secret depends on it.
#pragma warning disable CA5350
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Key + AcceptSuffix)));
#pragma warning restore CA5350
        var protocol = SubProtocol is null ? "" : $"Sec-WebSocket-Protocol: {SubProtocol}\r\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{protocol}\r\n");
    }

    private static Refusal? RefusalOfHandshake(RequestHead head)
    {
        if (!head.List("Upgrade").Contains("websocket", StringComparer.OrdinalIgnoreCase) || !head.List("Connection").Contains("upgrade", StringComparer.OrdinalIgnoreCase))
        {
            return new Refusal(426, "upgrade_required", "A desktop is opened as a WebSocket.", "Upgrade: websocket\r\n");
        }

        if (head.Single("Sec-WebSocket-Version") != "13")
        {
            return new Refusal(426, "upgrade_required", "Only WebSocket version 13 is spoken.", "Sec-WebSocket-Version: 13\r\n");
        }

        Span<byte> nonce = stackalloc byte[16];
        return head.Single("Sec-WebSocket-Key") is { Length: 24 } key && Convert.TryFromBase64String(key, nonce, out var length) && length == nonce.Length
            ? null
            : Refusal.Malformed("Sec-WebSocket-Key is not 16 bytes in base64.");
    }

    [GeneratedRegex(@"^/desktop/(?<id>[a-z][a-z0-9]{11})/((?<engine>vnc)|(?<engine>guacamole)(\?(?<query>.*))?)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathPattern();
}
