using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>Opens sessions: connects, upgrades when the tunnel is one of WebSockets, and runs the browser's half of RFB 3.8.</summary>
internal static class Opening
{
    // websockify forks for each.
    private const int AtOnce = 16;

    // A tunnel gives up by itself well before.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<List<LoadSession>> OpenAsync(IRival rival, Poller poller, int count) => ManyAsync(count, () => Open(rival, poller));

    /// <summary>Opens so many, some at once.</summary>
    public static async Task<List<T>> ManyAsync<T>(int count, Func<T> open)
    {
        var sessions = new List<T>(count);
        while (sessions.Count < count)
        {
            // Threads of their own: they wait, and the thread pool serves the stub of the api meanwhile.
            var opening = Enumerable.Range(0, Math.Min(AtOnce, count - sessions.Count))
                .Select(_ => Task.Factory.StartNew(open, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            sessions.AddRange(await Task.WhenAll(opening));
        }

        return sessions;
    }

    /// <summary>Connects, upgrades when the tunnel is one of WebSockets, and hands the socket to <paramref name="talk"/>.</summary>
    public static T Connect<T>(IRival rival, Func<Socket, T> talk)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendBufferSize = PeerServer.SocketBuffer,
            ReceiveBufferSize = PeerServer.SocketBuffer,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        var step = "connecting";
        try
        {
            socket.Connect(IPAddress.Loopback, rival.Port);
            if (rival.IsWebSocket)
            {
                step = "the upgrade";
                socket.Send(Encoding.ASCII.GetBytes(rival.UpgradeRequest()));
                SkipHead(socket);
            }

            step = "the handshake";
            return talk(socket);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose();
            throw new IOException($"{rival.Name}, {step}: {e.Message}", e);
        }
    }

    private static LoadSession Open(IRival rival, Poller poller) => Connect(rival, socket =>
    {
        Talk(socket, rival.IsWebSocket);
        var session = new LoadSession(socket, rival.IsWebSocket);
        session.Attend(poller);
        return session;
    });

    private static void Talk(Socket socket, bool framed)
    {
        var frames = new ServerFrames(socket, framed);
        foreach (var (expected, answer) in new (int, byte[])[] { (12, "RFB 003.008\n"u8.ToArray()), (2, [1]), (4, [1]), (25, []) })
        {
            for (var got = 0; got < expected;)
            {
                got += frames.Receive();
            }

            if (answer.Length > 0)
            {
                socket.Send(framed ? Frame.Make(answer) : answer);
            }
        }
    }

    private static void SkipHead(Socket socket)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Poller.Receive(socket, one);
            head.Append((char)one[0]);
        }

        if (!head.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new IOException($"refused with {head.ToString().Split('\r')[0]}");
        }
    }
}
