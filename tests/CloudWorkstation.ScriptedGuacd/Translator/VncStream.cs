using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.Rfb;

namespace CloudWorkstation.Guacd.Translator;

/// <summary>RFC 6143 after the handshake, as far as the translator uses it: raw pixels, the cursor, the screen's size, clipboard.</summary>
internal sealed class VncStream : IDisposable
{
    public const int Raw = 0;
    public const int RichCursor = -239;
    public const int DesktopSize = -223;
    public const int ExtendedDesktopSize = -308;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lazy<NetworkStream> _stream;

    public VncStream() => _stream = new(() => new NetworkStream(_socket));

    /// <summary>Connects and authenticates; the result is the screen's size and name.</summary>
    public async Task<(int Width, int Height, string Name)> OpenAsync(string host, int port, string password, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(host, port, cancellationToken);
        var server = new VncServer(_socket);
        await server.AuthenticateAsync(password, cancellationToken);
        var init = await server.InitializeAsync(1, cancellationToken);
        await SendAsync([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
        await SendEncodingsAsync([Raw, RichCursor, DesktopSize, ExtendedDesktopSize]);
        return (BinaryPrimitives.ReadUInt16BigEndian(init), BinaryPrimitives.ReadUInt16BigEndian(init.AsSpan(2)), Encoding.UTF8.GetString(init.AsSpan(24)));
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.Value.ReadExactlyAsync(bytes);
        return bytes;
    }

    public Task AskAsync(bool incremental, int width, int height) =>
        SendAsync([3, (byte)(incremental ? 1 : 0), 0, 0, 0, 0, (byte)(width >> 8), (byte)width, (byte)(height >> 8), (byte)height]);

    public Task KeyAsync(uint keysym, bool pressed)
    {
        var message = new byte[8];
        (message[0], message[1]) = (4, (byte)(pressed ? 1 : 0));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), keysym);
        return SendAsync(message);
    }

    public Task PointerAsync(int x, int y, int buttons) => SendAsync([5, (byte)buttons, (byte)(x >> 8), (byte)x, (byte)(y >> 8), (byte)y]);

    /// <summary>Latin-1, as guacd does unless told otherwise.</summary>
    public Task PasteAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\n"));
        var message = new byte[8 + bytes.Length];
        message[0] = 6;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), bytes.Length);
        bytes.CopyTo(message, 8);
        return SendAsync(message);
    }

    /// <param name="screen">The one screen's id and flags, as the server told them.</param>
    public Task ResizeAsync(int width, int height, byte[] screen) => SendAsync(
    [
        251, 0, (byte)(width >> 8), (byte)width, (byte)(height >> 8), (byte)height, 1, 0,
        .. screen.AsSpan(0, 4), 0, 0, 0, 0, (byte)(width >> 8), (byte)width, (byte)(height >> 8), (byte)height, .. screen.AsSpan(12, 4),
    ]);

    public void Dispose()
    {
        _socket.Dispose();
        _writing.Dispose();
    }

    private Task SendEncodingsAsync(int[] encodings)
    {
        var message = new byte[4 + (4 * encodings.Length)];
        (message[0], message[3]) = (2, (byte)encodings.Length);
        for (var i = 0; i < encodings.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4 + (4 * i)), encodings[i]);
        }

        return SendAsync(message);
    }

    private async Task SendAsync(byte[] message)
    {
        await _writing.WaitAsync();
        try
        {
            await _socket.SendAsync(message, SocketFlags.None);
        }
        finally
        {
            _writing.Release();
        }
    }
}
