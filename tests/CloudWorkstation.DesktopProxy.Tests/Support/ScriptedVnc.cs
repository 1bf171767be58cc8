using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>A VNC server that does what a test tells it, right or wrong.</summary>
public sealed class ScriptedVnc : IAsyncDisposable
{
    public const string Password = "s3cret!x";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _served = [];
    private readonly Task _accepting;

    public ScriptedVnc(Func<NetworkStream, Task> script)
    {
        _listener.Start();
        _accepting = AcceptAsync(script);
    }

    public DesktopTarget Target => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, "vnc", Password);

    public int Connections { get; private set; }

    /// <summary>An honest server without a password, that runs <paramref name="session"/> after ServerInit.</summary>
    public static ScriptedVnc Honest(Func<NetworkStream, Task> session) => new(async stream =>
    {
        await HandshakeAsync(stream);
        await session(stream);
    });

    public static async Task HandshakeAsync(NetworkStream stream)
    {
        await stream.WriteAsync("RFB 003.008\n"u8.ToArray());
        await ReadAsync(stream, 12);
        await stream.WriteAsync(new byte[] { 1, 1 });
        await ReadAsync(stream, 1);
        await stream.WriteAsync(new byte[4]);
        await ReadAsync(stream, 1);
        await stream.WriteAsync(ServerInit("test"));
    }

    public static byte[] ServerInit(string name, uint? nameLength = null)
    {
        var init = new byte[24 + name.Length];
        BinaryPrimitives.WriteUInt16BigEndian(init, 640);
        BinaryPrimitives.WriteUInt16BigEndian(init.AsSpan(2), 480);
        (init[4], init[5], init[7]) = (32, 24, 1);
        BinaryPrimitives.WriteUInt32BigEndian(init.AsSpan(20), nameLength ?? (uint)name.Length);
        System.Text.Encoding.ASCII.GetBytes(name, init.AsSpan(24));
        return init;
    }

    public static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>Swallows everything until the proxy closes.</summary>
    public static async Task UntilClosedAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer) > 0)
        {
            // Whatever it is.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, Task> script)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Connections++;
                _served.Add(ServeAsync(client, script));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, Task> script)
    {
        using (client)
        {
            client.NoDelay = true;
            await using var registration = _stopping.Token.Register(client.Dispose);
            try
            {
                await script(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The proxy went away, as many tests want it to.
            }
        }
    }
}
