using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>An RFB peer did what it must not.</summary>
internal sealed class RfbException(SessionEnd end, string message, bool isRefusal = false) : EngineException(end, message)
{
    /// <value>The server keeps to the protocol and says no, for example to the password.</value>
    public bool IsRefusal { get; } = isRefusal;
}
