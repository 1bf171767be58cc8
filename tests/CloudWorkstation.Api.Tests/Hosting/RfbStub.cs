using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>A screen that shows nothing: just enough of RFC 6143 (security type None) for a desktop to count as reachable.</summary>
public sealed class RfbStub : IAsyncDisposable
{
    private static readonly byte[] ServerInit = [0x04, 0x00, 0x03, 0x00, .. new byte[16], 0, 0, 0, 1, (byte)'t'];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    public RfbStub()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[12];
            await stream.WriteAsync("RFB 003.008\n"u8.ToArray(), stop.Token);
            await stream.ReadExactlyAsync(buffer, stop.Token);
            await stream.WriteAsync(new byte[] { 1, 1 }, stop.Token);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 1), stop.Token);
            await stream.WriteAsync(new byte[4], stop.Token);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 1), stop.Token);
            await stream.WriteAsync(ServerInit, stop.Token);
            await stream.ReadExactlyAsync(buffer, stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or EndOfStreamException)
        {
            // The other side left.
        }
    }
}
