using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>One browser of the benchmark. It counts bytes and times round trips and does as little else as possible.</summary>
internal sealed class LoadSession : IPeer, IDisposable
{
    private const int TripBytes = 32;
    private const int PasteBytes = 512 * 1024;

    private static readonly byte[] Keys = [.. Enumerable.Repeat(new byte[] { 4, 1, 0, 0, 0, 0, 0, 0x61 }, TripBytes / 8).SelectMany(k => k)];
    private static readonly byte[] FramedKeys = Frame.Make(Keys);
    private static readonly Flood Pastes = new(Paste());
    private static readonly Flood FramedPastes = new(Frame.Split(Paste()));

    private readonly bool _framed;
    private readonly ServerFrames _frames;
    private LoadKind? _kind;
    private long _received;
    private long _offset;
    private int _awaited;
    private long _began;

    public LoadSession(Socket socket, bool framed)
    {
        (Socket, _framed) = (socket, framed);
        _frames = new ServerFrames(socket, framed);
    }

    public Socket Socket { get; }

    /// <summary>Bytes that arrived, WebSocket headers included (under 0.1 %).</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Round trips in microseconds. The first one is not among them: it pays for waking the session up in every process.</summary>
    public List<double> Trips { get; } = new(256);

    /// <summary>Why the tunnel ended it, null while it lives.</summary>
    public string? Failure { get; private set; }

    /// <summary>From now on its pings are answered: a tunnel may take who is silent for gone, and hundreds are opened before anything begins.</summary>
    public void Attend(Poller poller)
    {
        Socket.Blocking = false;
        poller.Add(this, Native.Readable);
    }

    /// <summary>Tells the server what to do and does it, until it is disposed; must come once, on the poller's thread.</summary>
    public void Begin(LoadKind kind, Poller poller)
    {
        if (Failure is not null)
        {
            return;
        }

        byte[] request = [3, 1, 0, (byte)kind, 0, 0, 0, 16, 0, 16];
        Socket.Send(_framed ? Frame.Make(request) : request);
        _kind = kind;
        poller.Change(this, kind == LoadKind.Upload ? Native.Writable : Native.Readable);
    }

    /// <summary>Sends 32 bytes of key events unless those before have not come back.</summary>
    public void BeginTrip()
    {
        if (_awaited == 0 && Failure is null)
        {
            _awaited = TripBytes;
            _began = Stopwatch.GetTimestamp();
            Socket.Send(_framed ? FramedKeys : Keys);
        }
    }

    public void Ready(uint events)
    {
        try
        {
            switch (_kind)
            {
                case LoadKind.Download:
                    Volatile.Write(ref _received, _received + Flood.Swallow(Socket));
                    break;
                case LoadKind.Upload:
                    (_framed ? FramedPastes : Pastes).Send(Socket, ref _offset);
                    break;
                default:
                    EndTrip(_frames.Receive());
                    break;
            }

            Failure ??= (events & Native.Broken) == 0 ? null : "the connection broke";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Failure = e.Message;
            throw;
        }
    }

    public void Dispose() => Socket.Dispose();

    private void EndTrip(int received)
    {
        if (received > 0 && (_awaited -= received) == 0 && _began > 0)
        {
            Trips.Add(Stopwatch.GetElapsedTime(_began).TotalMicroseconds);
        }
    }

    private static byte[] Paste()
    {
        var message = new byte[8 + PasteBytes];
        message[0] = 6;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), PasteBytes);
        message.AsSpan(8).Fill((byte)'x');
        return message;
    }
}
