using System.Net;
using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>What the proxy knows of a browser from what it sends.</summary>
public sealed class BrowserReaderTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(2, "a key")]
    [InlineData(10, "a pong that answers nothing")]
    public async Task Whatever_a_browser_sends_is_a_sign_of_life(int opcode, string payload)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var browser = new TcpClient();
        await browser.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        socket.Blocking = false;
        var clock = new Clock { Now = 1 };
        using var writer = new BrowserWriter(socket, Dialect.Rfb);
        using var reader = new BrowserReader(socket, writer, Dialect.Rfb, clock);
        clock.Now = 2;
        reader.LastHeard.ShouldBe(1);

        await browser.GetStream().WriteAsync(RawBrowser.Frame(opcode, System.Text.Encoding.ASCII.GetBytes(payload)), TestContext.Current.CancellationToken);
        (await reader.RefillAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();

        reader.LastHeard.ShouldBe(2);
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long GetTimestamp() => Now;
    }
}
