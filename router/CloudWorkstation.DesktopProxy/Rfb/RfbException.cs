using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>An RFB peer did what it must not, or too late; the message is for the log and carries nothing the peer could have chosen freely.</summary>
internal sealed class RfbException(SessionEnd end, string message, bool isRefusal = false) : Exception(message)
{
    public SessionEnd End { get; } = end;

    /// <value>The server keeps to the protocol and says no, for example to the password.</value>
    public bool IsRefusal { get; } = isRefusal;
}
