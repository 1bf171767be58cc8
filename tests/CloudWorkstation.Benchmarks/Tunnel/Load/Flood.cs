using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>
/// Bytes without end in both roles that only load a tunnel: sent from a file's pages without a copy, received without one. What the benchmark's own ends
/// spend is taken from the tunnel on the same two cores, and from a fast tunnel more than from a slow one.
/// </summary>
internal sealed class Flood
{
    // The kernel's flag that counts received bytes and drops them.
    private const SocketFlags Discard = SocketFlags.Truncated;
    private const int AtOnce = 256 * 1024;

    private static readonly byte[] Nowhere = new byte[AtOnce];
    private readonly int _file;
    private readonly long _length;

    /// <summary>Repeats <paramref name="content"/>.</summary>
    public Flood(byte[] content)
    {
        _file = Native.CreateMemoryFile("cws-bench");
        _length = content.Length;
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(_file, ownsHandle: false);
        RandomAccess.Write(handle, content, 0);
    }

    /// <summary>Sends until the socket is full; <paramref name="offset"/> is where in the content the socket's stream is.</summary>
    public void Send(Socket socket, ref long offset)
    {
        // A few turns, then others may.
        for (var turn = 0; turn < 4; turn++)
        {
            var sent = Native.SendFile((int)socket.Handle, _file, ref offset, (int)Math.Min(AtOnce, _length - offset));
            if (sent == 0)
            {
                return;
            }

            offset = offset == _length ? 0 : offset;
        }
    }

    /// <summary>Sends at most <paramref name="count"/> bytes; the result is how many, 0 when the socket is full or gone.</summary>
    public int SendOnce(Socket socket, ref long offset, int count)
    {
        var sent = Native.SendFile((int)socket.Handle, _file, ref offset, (int)Math.Min(count, _length - offset));
        offset = offset == _length ? 0 : offset;
        return sent;
    }

    /// <summary>Takes what is there, at most a buffer's worth; 0 when it was nothing.</summary>
    /// <exception cref="SocketException">The connection is over.</exception>
    public static int Swallow(Socket socket) => Poller.Receive(socket, Nowhere, Discard);
}
