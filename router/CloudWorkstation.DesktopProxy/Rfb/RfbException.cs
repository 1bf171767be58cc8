using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>An RFB peer did what it must not, or too late; the message is for the log and carries nothing the peer could have chosen freely.</summary>
internal sealed class RfbException(SessionEnd end, string message) : Exception(message)
{
    public SessionEnd End { get; } = end;
}
