using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>
/// The VNC server behind every tunnel: honest handshake without a password, then it floods, swallows or echoes. The browser says which by
/// the x position of a FramebufferUpdateRequest, so that the same bytes go through tunnels that read RFB and through those that do not.
/// </summary>
internal sealed class ScreenServer : IDisposable
{
    public const int EchoBytes = 32;

    /// <summary>Without a bound the kernel takes in gigabytes at 500 sessions, and a short run measures its buffers.</summary>
    public const int SocketBuffer = 128 * 1024;
    private const int FloodBytes = 128 * 1024;

    private static readonly byte[] Pixels = new byte[FloodBytes];

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private long _swallowed;

    public ScreenServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Bytes that arrived from browsers that upload.</summary>
    public long Swallowed => Volatile.Read(ref _swallowed);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The benchmark is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                socket.SendBufferSize = socket.ReceiveBufferSize = SocketBuffer;
                await HandshakeAsync(socket);
                await RunAsync(socket);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
            {
                // The session ended.
            }
        }
    }

    private static async Task HandshakeAsync(Socket socket)
    {
        await socket.SendAsync("RFB 003.008\n"u8.ToArray());
        await ReadExactlyAsync(socket, new byte[12]);
        await socket.SendAsync(new byte[] { 1, 1 });
        await ReadExactlyAsync(socket, new byte[1]);
        await socket.SendAsync(new byte[4]);
        await ReadExactlyAsync(socket, new byte[1]);
        byte[] init = [7, 128, 4, 56, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'b'];
        await socket.SendAsync(init);
    }

    private async Task RunAsync(Socket socket)
    {
        var request = new byte[10];
        await ReadExactlyAsync(socket, request);
        switch ((LoadKind)request[3])
        {
            case LoadKind.Download:
                while (true)
                {
                    await socket.SendAsync(Pixels);

                    // A send that never blocks must not keep the other sessions of its thread waiting.
                    await Task.Yield();
                }

            case LoadKind.Upload:
                var sink = new byte[FloodBytes];
                while (await socket.ReceiveAsync(sink) is > 0 and var received)
                {
                    Interlocked.Add(ref _swallowed, received);
                    await Task.Yield();
                }

                break;
            default:
                var echo = new byte[EchoBytes];
                while (true)
                {
                    await ReadExactlyAsync(socket, echo);
                    await socket.SendAsync(echo);
                }
        }
    }

    private static async Task ReadExactlyAsync(Socket socket, byte[] target)
    {
        for (var done = 0; done < target.Length;)
        {
            var received = await socket.ReceiveAsync(target.AsMemory(done));
            done += received > 0 ? received : throw new EndOfStreamException();
        }
    }
}
