using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>A port that is taken and at which nobody listens: whoever tries it is refused, and no other test can begin to listen there.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
