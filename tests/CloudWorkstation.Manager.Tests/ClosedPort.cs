using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Manager.Tests;

/// <summary>A port that is taken and at which nobody listens: whoever tries it is refused, and no other test can begin to listen there.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public string Url => $"ldaps://127.0.0.1:{Port}";

    public void Dispose() => socket.Dispose();
}
