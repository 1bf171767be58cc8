using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>A frame from the server, as it was on the wire.</summary>
public sealed record ServerFrame(int Opcode, byte[] Payload)
{
    public int CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string CloseReason => Encoding.ASCII.GetString(Payload.AsSpan(2));
}

/// <summary>A browser made of bytes: it can do everything a real one would never do.</summary>
public sealed class RawBrowser : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly Queue<byte> _stash = new();

    private RawBrowser(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public int Status { get; private set; }

    public string Head { get; private set; } = "";

    public string Body { get; private set; } = "";

    public Socket Socket => _client.Client;

    public static Dictionary<string, string> Headers(string? token, string origin = TestProxy.Origin)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Host"] = "127.0.0.1",
            ["Upgrade"] = "websocket",
            ["Connection"] = "Upgrade",
            ["Sec-WebSocket-Version"] = "13",
            ["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ==",
            ["Origin"] = origin,
        };
        if (token is not null)
        {
            headers["Cookie"] = "cws_desktop=" + token;
        }

        return headers;
    }

    public static async Task<RawBrowser> ConnectAsync(IPEndPoint address, string token)
    {
        var browser = await RequestAsync(address, Headers(token));
        browser.Status.ShouldBe(101, browser.Body);
        return browser;
    }

    /// <summary>Sends a request and reads the answer's head; the body too, unless it is the upgrade.</summary>
    public static async Task<RawBrowser> RequestAsync(
        IPEndPoint address, IEnumerable<KeyValuePair<string, string>> headers, string path = "/desktop/" + TestProxy.DesktopId + "/vnc", string method = "GET")
    {
        var head = $"{method} {path} HTTP/1.1\r\n" + string.Concat(headers.Select(h => $"{h.Key}: {h.Value}\r\n")) + "\r\n";
        return await SendRequestAsync(address, Encoding.Latin1.GetBytes(head));
    }

    public static async Task<RawBrowser> SendRequestAsync(IPEndPoint address, byte[] request)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address);
        var browser = new RawBrowser(client);
        await browser._stream.WriteAsync(request);
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var one = new byte[1];
            if (await browser._stream.ReadAsync(one) == 0)
            {
                break;
            }

            head.Append((char)one[0]);
        }

        browser.Head = head.ToString();
        browser.Status = browser.Head.Length > 12 ? int.Parse(browser.Head.AsSpan(9, 3)) : 0;
        if (browser.Status is not (0 or 101))
        {
            using var reader = new StreamReader(browser._stream, leaveOpen: true);
            browser.Body = await reader.ReadToEndAsync();
        }

        return browser;
    }

    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool final = true, bool masked = true)
    {
        using var frame = new MemoryStream();
        frame.WriteByte((byte)((final ? 0x80 : 0) | opcode));
        var maskBit = masked ? 0x80 : 0;
        Span<byte> length = stackalloc byte[8];
        switch (payload.Length)
        {
            case < 126:
                frame.WriteByte((byte)(maskBit | payload.Length));
                break;
            case <= ushort.MaxValue:
                frame.WriteByte((byte)(maskBit | 126));
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
                frame.Write(length[..2]);
                break;
            default:
                frame.WriteByte((byte)(maskBit | 127));
                BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
                frame.Write(length);
                break;
        }

        byte[] key = masked ? [0x12, 0xA4, 0x5B, 0xFE] : [0, 0, 0, 0];
        if (masked)
        {
            frame.Write(key);
        }

        for (var i = 0; i < payload.Length; i++)
        {
            frame.WriteByte((byte)(payload[i] ^ key[i & 3]));
        }

        return frame.ToArray();
    }

    public async Task WriteAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public async Task SendAsync(params byte[] payload) => await WriteAsync(Frame(2, payload));

    /// <summary>Reads one frame; null at the end of the connection.</summary>
    public async Task<ServerFrame?> ReadFrameAsync()
    {
        if (await ReadExactlyAsync(2) is not { } start)
        {
            return null;
        }

        (start[1] & 0x80).ShouldBe(0, "a server never masks");
        ulong length = (start[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(await ReadExactlyAsync(8)),
            var small => (ulong)small,
        };
        return new ServerFrame(start[0] & 0x0F, await ReadExactlyAsync((int)length) ?? []);
    }

    /// <summary>Reads payload bytes of data frames; answers no pings.</summary>
    public async Task<byte[]> ReadDataAsync(int count)
    {
        while (_stash.Count < count)
        {
            var frame = await ReadFrameAsync() ?? throw new EndOfStreamException("The proxy closed without a close frame.");
            frame.Opcode.ShouldNotBe(8, frame.Opcode == 8 ? $"closed with {frame.CloseCode} {frame.CloseReason}" : null);
            if (frame.Opcode == 2)
            {
                foreach (var b in frame.Payload)
                {
                    _stash.Enqueue(b);
                }
            }
        }

        return [.. Enumerable.Range(0, count).Select(_ => _stash.Dequeue())];
    }

    /// <summary>Skips everything up to the close frame, answers it as a browser does, and waits for the end.</summary>
    public async Task<ServerFrame> ReadCloseAsync()
    {
        while (true)
        {
            var frame = await ReadFrameAsync() ?? throw new EndOfStreamException("The proxy closed without a close frame.");
            if (frame.Opcode == 8)
            {
                await WriteAsync(Frame(8, frame.Payload));
                return frame;
            }
        }
    }

    /// <summary>The browser's half of RFB 3.8; the result is ServerInit.</summary>
    public async Task<byte[]> RfbHandshakeAsync()
    {
        Encoding.ASCII.GetString(await ReadDataAsync(12)).ShouldBe("RFB 003.008\n");
        await SendAsync("RFB 003.008\n"u8.ToArray());
        (await ReadDataAsync(2)).ShouldBe(new byte[] { 1, 1 });
        await SendAsync(1);
        (await ReadDataAsync(4)).ShouldBe(new byte[] { 0, 0, 0, 0 });
        await SendAsync(1);
        var head = await ReadDataAsync(24);
        return [.. head, .. await ReadDataAsync((int)BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(20)))];
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]?> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        return await _stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false) == count ? bytes : null;
    }
}
