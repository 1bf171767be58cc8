using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>One page of the benchmark: it counts, times and compares, and does as little else as possible.</summary>
internal sealed class GuacamoleSession : IPeer, IDisposable
{
    private static readonly byte[] Pointer = [.. "5.mouse,3.100,3.200,1.0;"u8];
    private static readonly byte[] FramedPointer = Frame.Make(Pointer, Frame.Text);
    private static readonly byte[] Select = [.. "6.select,3.vnc;"u8];
    private static readonly byte[] Connect = [.. "7.connect,13.VERSION_1_5_0,0.,0.,0.;"u8];
    private static readonly byte[] FramedSync = Frame.Make("4.sync,13.1700000000000;"u8, Frame.Text);
    private static readonly byte[] FramedPing = Frame.Make("0.,4.ping,13.1700000000000;"u8, Frame.Text);

    // Everybody takes turns on the poller's thread.
    private static readonly byte[] Buffer = new byte[64 * 1024];

    private readonly ServerStream? _frames;
    private readonly byte[] _pointer;
    private readonly ServerStream.Payload _endTrip;
    private Order? _order;
    private long _received;
    private int _awaited;
    private long _began;

    /// <param name="socket">The connection to the tunnel.</param>
    /// <param name="frames">What comes of it; null where there is no tunnel and guacd speaks for itself.</param>
    private GuacamoleSession(Socket socket, ServerStream? frames)
    {
        (Socket, _frames, _pointer) = (socket, frames, frames is null ? Pointer : FramedPointer);
        _endTrip = (bytes, _) => EndTrip(bytes.Length);
    }

    public Socket Socket { get; }

    /// <summary>Bytes that arrived after the order; of floods WebSocket headers included (under 0.1 %).</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Round trips in microseconds.</summary>
    public List<double> Trips { get; } = new(256);

    /// <summary>From the accepted upgrade to the first frame, in milliseconds.</summary>
    public double FirstFrame { get; private init; }

    /// <summary>Why the tunnel ended it, null while it lives.</summary>
    public string? Failure { get; private set; }

    public static Task<List<GuacamoleSession>> OpenAsync(Tunnel.IRival rival, int count) => Opening.ManyAsync(count, () => Open(rival));

    public static GuacamoleSession Open(Tunnel.IRival rival) => Opening.Connect(rival, socket =>
    {
        if (!rival.IsWebSocket)
        {
            Introduce(socket);
            return new GuacamoleSession(socket, frames: null);
        }

        var (accepted, frames, seen, buffer) = (Stopwatch.GetTimestamp(), new ServerStream(socket), new List<byte>(), new byte[4096]);
        while (!Encoding.ASCII.GetString([.. seen]).Contains("4.sync,", StringComparison.Ordinal))
        {
            frames.Receive(buffer, (bytes, _) => seen.AddRange(bytes));
        }

        return new GuacamoleSession(socket, frames) { FirstFrame = Stopwatch.GetElapsedTime(accepted).TotalMilliseconds };
    });

    /// <summary>Tells guacd what to do; must come once, on the poller's thread.</summary>
    public void Begin(Order order)
    {
        Socket.Blocking = false;
        _order = order;
        Socket.Send(_frames is null ? order.Give() : Frame.Make(order.Give(), Frame.Text));
    }

    /// <summary>From now on what comes is taken.</summary>
    public void Attend(Poller poller)
    {
        Socket.Blocking = false;
        poller.Add(this, Native.Readable);
    }

    public void BeginTrip()
    {
        if (_awaited == 0 && Failure is null)
        {
            _awaited = Pointer.Length;
            _began = Stopwatch.GetTimestamp();
            Socket.Send(_pointer);
        }
    }

    /// <summary>Says that a frame is drawn, as a page does for each.</summary>
    public void SaySync() => Say(FramedSync);

    /// <summary>The page's own sign of life, which the tunnel answers itself.</summary>
    public void SayPing() => Say(FramedPing);

    public void Ready(uint events)
    {
        try
        {
            if (_frames is null)
            {
                EndTrip(Poller.Receive(Socket, Buffer));
            }
            else if (_order is null)
            {
                _frames.Receive(Buffer, static (_, _) => { });
            }
            else if (_order.Work == Work.Echo)
            {
                _frames.Receive(Buffer, _endTrip);
            }
            else
            {
                Volatile.Write(ref _received, _received + Flood.Swallow(Socket));
            }

            Failure ??= (events & Native.Broken) == 0 ? null : "the connection broke";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Failure = e.Message;
            Socket.Dispose();
        }
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>The handshake that a tunnel would have done.</summary>
    private static void Introduce(Socket socket)
    {
        var (seen, buffer) = (new StringBuilder(), new byte[4096]);
        foreach (var (say, until) in new[] { (Select, "4.args"), (Connect, "4.sync,") })
        {
            socket.Send(say);
            while (!seen.ToString().Contains(until, StringComparison.Ordinal))
            {
                seen.Append(Encoding.ASCII.GetString(buffer, 0, Poller.Receive(socket, buffer)));
            }
        }
    }

    private void Say(byte[] frame)
    {
        if (Failure is null)
        {
            Socket.Send(frame, SocketFlags.None, out _);
        }
    }

    private void EndTrip(int received)
    {
        if (received > 0 && (_awaited -= received) == 0 && _began > 0)
        {
            Trips.Add(Stopwatch.GetElapsedTime(_began).TotalMicroseconds);
        }
    }
}
