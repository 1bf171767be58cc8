using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>One browser of the benchmark. It counts bytes and times round trips and does as little else as possible.</summary>
internal sealed class LoadSession : IDisposable
{
    private const int PasteBytes = 512 * 1024;

    private static readonly byte[] FramedPaste = Frame(Paste());
    private static readonly byte[] RawPaste = Paste();
    private static readonly byte[] Keys = [.. Enumerable.Repeat(new byte[] { 4, 1, 0, 0, 0, 0, 0, 0x61 }, 4).SelectMany(k => k)];

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        SendBufferSize = ScreenServer.SocketBuffer,
        ReceiveBufferSize = ScreenServer.SocketBuffer,
    };

    private readonly bool _framed;
    private long _received;

    private LoadSession(bool framed) => _framed = framed;

    /// <summary>Bytes that arrived, WebSocket headers included (under 0.1 %).</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Connects, upgrades when the tunnel is one of WebSockets, and runs the browser's half of RFB 3.8.</summary>
    public static async Task<LoadSession> OpenAsync(IRival rival)
    {
        var session = new LoadSession(rival.IsWebSocket);
        await session._socket.ConnectAsync(IPAddress.Loopback, rival.Port);
        if (rival.IsWebSocket)
        {
            await session._socket.SendAsync(Encoding.ASCII.GetBytes(rival.UpgradeRequest()));
            await session.SkipHeadAsync();
        }

        await session.ReadDataAsync(12);
        await session.SendAsync("RFB 003.008\n"u8.ToArray());
        await session.ReadDataAsync(2);
        await session.SendAsync([1]);
        await session.ReadDataAsync(4);
        await session.SendAsync([1]);
        await session.ReadDataAsync(25);
        return session;
    }

    /// <summary>Tells the server what to do; must come once.</summary>
    public Task BeginAsync(LoadKind kind) => SendAsync([3, 1, 0, (byte)kind, 0, 0, 0, 16, 0, 16]);

    /// <summary>Receives until the session is disposed.</summary>
    public async Task DownloadAsync()
    {
        var buffer = new byte[256 * 1024];
        await UntilClosedAsync(async () => Volatile.Write(ref _received, _received + await _socket.ReceiveAsync(buffer)));
    }

    /// <summary>Sends clipboard texts of 512 KB until the session is disposed.</summary>
    public async Task UploadAsync()
    {
        var paste = _framed ? FramedPaste : RawPaste;
        await UntilClosedAsync(async () => await _socket.SendAsync(paste));
    }

    /// <summary>Sends 32 bytes of key events at a steady pace and times their echo until <paramref name="until"/>.</summary>
    public async Task EchoAsync(TimeSpan pace, TimeSpan offset, long until, List<double> microseconds)
    {
        await Task.Delay(offset);
        using var timer = new PeriodicTimer(pace);
        var frame = _framed ? Frame(Keys) : Keys;
        do
        {
            var started = Stopwatch.GetTimestamp();
            await _socket.SendAsync(frame);
            await ReadDataAsync(ScreenServer.EchoBytes);
            microseconds.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
        while (Stopwatch.GetTimestamp() < until && await timer.WaitForNextTickAsync());
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Paste()
    {
        var message = new byte[8 + PasteBytes];
        message[0] = 6;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), PasteBytes);
        message.AsSpan(8).Fill((byte)'x');
        return message;
    }

    private static byte[] Frame(byte[] payload)
    {
        var header = payload.Length < 126 ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[header + 4 + payload.Length];
        frame[0] = 0x82;
        frame[1] = (byte)(0x80 | (header == 2 ? payload.Length : header == 4 ? 126 : 127));
        if (header == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }
        else if (header == 10)
        {
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
        }

        byte[] key = [0x37, 0xFA, 0x21, 0x3D];
        key.CopyTo(frame, header);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[header + 4 + i] = (byte)(payload[i] ^ key[i & 3]);
        }

        return frame;
    }

    private static async Task UntilClosedAsync(Func<Task> step)
    {
        try
        {
            while (true)
            {
                await step();
                await Task.Yield();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }

    private async Task SendAsync(byte[] payload) => await _socket.SendAsync(_framed ? Frame(payload) : payload);

    private async Task SkipHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadExactlyAsync(1))[0]);
        }

        if (!head.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The tunnel refused the upgrade: {head.ToString().Split('\r')[0]}");
        }
    }

    private async Task ReadDataAsync(int count)
    {
        while (count > 0)
        {
            count -= _framed ? await ReadFrameAsync() : (await ReadExactlyAsync(count)).Length;
        }
    }

    private async Task<int> ReadFrameAsync()
    {
        var start = await ReadExactlyAsync(2);
        var length = start[1] < 126 ? start[1] : BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2));
        var payload = await ReadExactlyAsync(length);
        if (start[0] == 0x89)
        {
            var pong = Frame(payload);
            pong[0] = 0x8A;
            await _socket.SendAsync(pong);
        }

        return start[0] == 0x82 ? length : 0;
    }

    private async Task<byte[]> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await _socket.ReceiveAsync(bytes.AsMemory(done));
            done += received > 0 ? received : throw new EndOfStreamException("The tunnel closed the connection.");
        }

        return bytes;
    }
}
