using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace CloudWorkstation.Harness;

/// <summary>A small RFB client (RFC 6143) over the product's WebSocket: enough to see the screen and to press keys.</summary>
public sealed class Screen : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly Channel<byte[]> _parts = Channel.CreateUnbounded<byte[]>();
    private readonly Queue<byte> _received = new();
    private readonly Task _reading;

    private Screen(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = ReadOnAsync();
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public static async Task<Screen> OpenAsync(Person person, string path, string? origin = null)
    {
        var screen = new Screen(await ConnectAsync(person, path, origin));
        await screen.HandshakeAsync();
        return screen;
    }

    public static async Task<ClientWebSocket> ConnectAsync(Person person, string path, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol("binary");
        socket.Options.SetRequestHeader("Cookie", person.CookiesFor(path));
        socket.Options.SetRequestHeader("Origin", origin ?? person.Url);
        await socket.ConnectAsync(new Uri(person.Url.Replace("http:", "ws:", StringComparison.Ordinal) + path), CancellationToken.None);
        return socket;
    }

    /// <summary>The colour (red, green, blue) of one pixel, asked of the server now.</summary>
    public async Task<(byte Red, byte Green, byte Blue)> PixelAsync(int x, int y)
    {
        var request = new byte[10];
        request[0] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), (ushort)x);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4), (ushort)y);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), 1);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(8), 1);
        await SendAsync(request);
        await SkipToUpdateAsync();
        var head = await ReadAsync(3);
        (byte, byte, byte) colour = default;
        for (var rectangles = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1)); rectangles > 0; rectangles--)
        {
            var rectangle = await ReadAsync(12);
            var size = BinaryPrimitives.ReadUInt16BigEndian(rectangle.AsSpan(4)) * BinaryPrimitives.ReadUInt16BigEndian(rectangle.AsSpan(6));
            var pixels = await ReadAsync(size * 4);
            if (size > 0)
                colour = (pixels[2], pixels[1], pixels[0]);
        }

        return colour;
    }

    public async Task PressAsync(string text)
    {
        foreach (var letter in text)
        {
            await KeyAsync(letter == '\n' ? 0xFF0Du : letter, down: true);
            await KeyAsync(letter == '\n' ? 0xFF0Du : letter, down: false);
        }
    }

    /// <summary>Reads until the other side closes the WebSocket.</summary>
    public Task UntilClosedAsync() => _reading;

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
    }

    /// <summary>
    /// Reads all the time, as a browser does, whatever is being done: a <see cref="ClientWebSocket"/> answers pings only while it reads, and who answers
    /// none and sends nothing is given up by the proxy.
    /// </summary>
    private async Task ReadOnAsync()
    {
        var buffer = new byte[65536];
        try
        {
            while (await _socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
                _parts.Writer.TryWrite(buffer[..part.Count]);
            _parts.Writer.Complete();
        }
        catch (Exception end) when (end is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut off without a goodbye: CloseStatus stays null.
            _parts.Writer.Complete(end);
        }
    }

    private async Task HandshakeAsync()
    {
        Encoding.ASCII.GetString(await ReadAsync(12)).ShouldStartWith("RFB 003.");
        await SendAsync("RFB 003.008\n"u8.ToArray());
        var types = await ReadAsync((await ReadAsync(1))[0]);
        types.ShouldContain((byte)1, "the browser is offered security type None");
        await SendAsync([1]);
        (await ReadAsync(4)).ShouldBe(new byte[4]);
        await SendAsync([1]);
        var server = await ReadAsync(24);
        Width = BinaryPrimitives.ReadUInt16BigEndian(server);
        Height = BinaryPrimitives.ReadUInt16BigEndian(server.AsSpan(2));
        await ReadAsync((int)BinaryPrimitives.ReadUInt32BigEndian(server.AsSpan(20)));
        // 32 bits, little-endian, blue in the lowest byte; then: raw encoding only.
        await SendAsync([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
        await SendAsync([2, 0, 0, 1, 0, 0, 0, 0]);
    }

    /// <summary>Reads over bell, clipboard and colour map messages up to a framebuffer update's first byte.</summary>
    private async Task SkipToUpdateAsync()
    {
        for (var type = (await ReadAsync(1))[0]; type != 0; type = (await ReadAsync(1))[0])
        {
            if (type == 3)
                await ReadAsync(BinaryPrimitives.ReadInt32BigEndian((await ReadAsync(7)).AsSpan(3)));
            else if (type != 2)
                throw new InvalidOperationException($"Message type {type} was not expected.");
        }
    }

    private Task KeyAsync(uint symbol, bool down)
    {
        var message = new byte[8];
        message[0] = 4;
        message[1] = down ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), symbol);
        return SendAsync(message);
    }

    private Task SendAsync(byte[] message) => _socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);

    private async Task<byte[]> ReadAsync(int count)
    {
        while (_received.Count < count)
        {
            if (!await _parts.Reader.WaitToReadAsync())
                throw new InvalidOperationException($"The desktop closed the connection: {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}");
            while (_parts.Reader.TryRead(out var part))
                foreach (var value in part)
                    _received.Enqueue(value);
        }

        return [.. Enumerable.Range(0, count).Select(_ => _received.Dequeue())];
    }
}
