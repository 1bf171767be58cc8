using System.Net.Sockets;
using CloudWorkstation.Benchmarks.Tunnel;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>
/// A page that compares every byte with what guacd sent, sees that no message ends inside an instruction, and sends numbered keys meanwhile. It ends as its
/// <see cref="Order"/> says.
/// </summary>
internal sealed class SoakSession : IPeer, IDisposable
{
    private static readonly byte[] Buffer = new byte[64 * 1024];

    private readonly Order _order;
    private readonly ServerStream _frames;
    private readonly long _resetAfter;
    private long _received;
    private int _keys;

    private SoakSession(Socket socket, Order order, long resetAfter)
    {
        (Socket, _order, _resetAfter) = (socket, order, resetAfter);
        _frames = new ServerStream(socket);
    }

    public Socket Socket { get; }

    /// <summary>Done, well or not.</summary>
    public bool IsOver { get; private set; }

    public long Received => Volatile.Read(ref _received);

    /// <summary>What was lost, changed, split or out of turn.</summary>
    public string? Problem { get; private set; }

    /// <param name="resetAfter">Of <see cref="Ending.BrowserReset"/>: after how much the page is gone.</param>
    public static SoakSession Open(IRival rival, Order order, long resetAfter) => Opening.Connect(rival, socket =>
    {
        var (seen, session, buffer) = (new List<byte>(), new SoakSession(socket, order, resetAfter), new byte[4096]);
        while (!System.Text.Encoding.ASCII.GetString([.. seen]).Contains("4.sync,", StringComparison.Ordinal))
        {
            session._frames.Receive(buffer, (bytes, _) => seen.AddRange(bytes));
        }

        return session;
    });

    public void Begin(Poller poller)
    {
        Socket.Blocking = false;
        Socket.Send(Frame.Make(_order.Give(), Frame.Text));
        poller.Add(this, Native.Readable);
    }

    public void Ready(uint events)
    {
        try
        {
            _frames.Receive(Buffer, Check);
            if (Problem is null && Socket.Send(Frame.Make(NumberedKeys.Make(_keys), Frame.Text), SocketFlags.None, out var error) > 0 && error == SocketError.Success)
            {
                _keys++;
            }

            if (_order.Ending == Ending.BrowserReset && _received >= _resetAfter)
            {
                Socket.LingerState = new LingerOption(enable: true, 0);
                End();
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // guacd's last words must all have come before the tunnel's; of a reset one some may be missing at the end.
            Problem ??= _order.Ending == Ending.ByGuacd && _received != _order.Length ? $"{_received} of {_order.Length} bytes came, then: {e.Message}" : null;
            End();
        }
    }

    public void Dispose() => Socket.Dispose();

    private void Check(ReadOnlySpan<byte> bytes, bool endsMessage)
    {
        var content = RecordedStream.Instance.Content;
        while (bytes.Length > 0 && Problem is null)
        {
            var at = (int)(_received % content.Length);
            var part = bytes[..Math.Min(bytes.Length, content.Length - at)];
            Problem = part.SequenceEqual(content.AsSpan(at, part.Length)) ? null : $"after {_received} bytes something else came than was sent";
            Volatile.Write(ref _received, _received + part.Length);
            bytes = bytes[part.Length..];
        }

        Problem ??= endsMessage && !RecordedStream.Instance.EndsAt(_received) ? $"a message ends inside an instruction, after {_received} bytes" : null;
        Problem ??= _order.Problem;
    }

    private void End()
    {
        IsOver = true;
        Socket.Dispose();
    }
}
