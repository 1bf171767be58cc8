using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Benchmarks.Edge;

/// <summary>A connection that sends one request again and again and counts bytes: answers are all of one length.</summary>
internal sealed class EdgeConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly Dictionary<string, (byte[] Request, int Answer)> _known = new(StringComparer.Ordinal);

    public EdgeConnection(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Milliseconds from the request to the last byte of its answer.</summary>
    public double RoundTrip(string request)
    {
        var (bytes, answer) = Known(request);
        var begun = Stopwatch.GetTimestamp();
        _socket.Send(bytes);
        Receive(answer);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>Sends that many at once and waits for all answers.</summary>
    public void Burst(string request, int count)
    {
        var (bytes, answer) = Known(request);
        var many = new byte[bytes.Length * count];
        for (var i = 0; i < count; i++)
        {
            bytes.CopyTo(many, i * bytes.Length);
        }

        _socket.Send(many);
        Receive(answer * count);
    }

    public void Dispose() => _socket.Dispose();

    private (byte[] Request, int Answer) Known(string request)
    {
        if (!_known.TryGetValue(request, out var known))
        {
            var bytes = Encoding.ASCII.GetBytes(request);
            _socket.Send(bytes);
            var length = _socket.Receive(_buffer);
            var text = Encoding.ASCII.GetString(_buffer, 0, length);
            if (!text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || !text.EndsWith('}'))
            {
                throw new InvalidOperationException($"Not the service's answer: {text}");
            }

            _known[request] = known = (bytes, length);
        }

        return known;
    }

    private void Receive(int bytes)
    {
        while (bytes > 0)
        {
            var read = _socket.Receive(_buffer, Math.Min(bytes, _buffer.Length), SocketFlags.None);
            bytes -= read > 0 ? read : throw new IOException("HAProxy closed the connection.");
        }
    }
}

/// <summary>How much goes through, and what it costs.</summary>
internal static class EdgeLoad
{
    private const int Connections = 24;
    private const int AtOnce = 16;

    /// <summary>Requests a second, and microseconds of HAProxy's processor time for one.</summary>
    public static (double PerSecond, double CpuMicroseconds) Flood(EdgeProcess edge, string request, TimeSpan time)
    {
        var open = Enumerable.Range(0, Connections).Select(_ => new EdgeConnection(edge.Port)).ToList();
        try
        {
            Run(open, request, TimeSpan.FromMilliseconds(300));
            var (cpu, begun) = (edge.CpuSeconds, Stopwatch.GetTimestamp());
            var requests = Run(open, request, time);
            return (requests / Stopwatch.GetElapsedTime(begun).TotalSeconds, (edge.CpuSeconds - cpu) / requests * 1e6);
        }
        finally
        {
            open.ForEach(connection => connection.Dispose());
        }
    }

    private static long Run(List<EdgeConnection> open, string request, TimeSpan time)
    {
        long requests = 0;
        var begun = Stopwatch.GetTimestamp();
        var threads = open.ConvertAll(connection => new Thread(() =>
        {
            while (Stopwatch.GetElapsedTime(begun) < time)
            {
                connection.Burst(request, AtOnce);
                Interlocked.Add(ref requests, AtOnce);
            }
        }));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return requests;
    }

    /// <summary>Round trips of each kind in turn, so that whatever else the machine does meets all of them.</summary>
    public static List<double>[] Alternate(IReadOnlyList<(EdgeProcess Edge, string Request)> kinds, int rounds)
    {
        var open = kinds.Select(kind => new EdgeConnection(kind.Edge.Port)).ToList();
        var times = kinds.Select(_ => new List<double>(rounds)).ToArray();
        for (var round = -200; round < rounds; round++)
        {
            for (var i = 0; i < kinds.Count; i++)
            {
                // Who comes after whom changes from round to round.
                var kind = (i + Math.Abs(round)) % kinds.Count;
                var time = open[kind].RoundTrip(kinds[kind].Request);
                if (round >= 0)
                {
                    times[kind].Add(time);
                }
            }
        }

        open.ForEach(connection => connection.Dispose());
        return times;
    }
}
