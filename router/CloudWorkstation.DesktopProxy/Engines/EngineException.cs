using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Engines;

/// <summary>A peer of an engine did what it must not, or too late; the message is for the log and carries nothing the peer could have chosen freely.</summary>
internal class EngineException(SessionEnd end, string message) : Exception(message)
{
    public SessionEnd End { get; } = end;
}
