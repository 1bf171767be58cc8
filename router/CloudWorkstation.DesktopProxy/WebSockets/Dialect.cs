using CloudWorkstation.DesktopProxy.Guacamole;

namespace CloudWorkstation.DesktopProxy.WebSockets;

/// <summary>How a protocol uses the WebSocket.</summary>
/// <param name="Name">The last segment of the desktop's path.</param>
/// <param name="SubProtocol">The only sub-protocol that is spoken.</param>
/// <param name="IsSubProtocolRequired">Whether a browser that offers none is refused.</param>
/// <param name="Data">The kind of every message, in both directions.</param>
/// <param name="Reason">The close frame's reason for an end.</param>
internal sealed record Dialect(string Name, string SubProtocol, bool IsSubProtocolRequired, Opcode Data, Func<SessionEnd, string> Reason)
{
    public static readonly Dialect Rfb = new("vnc", "binary", false, Opcode.Binary, end => end.Word);

    public static readonly Dialect Guacamole = new("guacamole", "guacamole", true, Opcode.Text, GuacamoleStatus.Reason);
}
