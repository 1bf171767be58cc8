using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>One end of a connection that a <see cref="Poller"/> drives.</summary>
internal interface IPeer
{
    Socket Socket { get; }

    /// <summary>Called on the poller's thread when there is something to read or room to write.</summary>
    void Ready(uint events);
}

/// <summary>Something that is due from time to time, on the poller's thread.</summary>
internal interface IPace
{
    /// <summary>Does what is due; the result is the timestamp of what comes next.</summary>
    long Run(long now);
}

/// <summary>
/// All browsers and all screens of the benchmark on one thread. The tunnels share two cores with whoever loads them: with a task per session the
/// thread pool's hand-overs and its timers of a millisecond were most of what the benchmark measured.
/// </summary>
internal sealed class Poller
{
    private const int BatchSize = 256;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly int _epoll = Native.CreateEpoll();
    private readonly Lock _change = new();
    private readonly ConcurrentQueue<Action> _actions = new();
    private IPeer?[] _peers = new IPeer?[1024];
    private volatile IPace? _pace;

    public Poller() => new Thread(Run) { IsBackground = true, Name = "load" }.Start();

    /// <summary>Runs <paramref name="action"/> on the poller's thread, at the latest after a tenth of a second: nothing is closed while it is in use.</summary>
    public Task RunAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _actions.Enqueue(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                // It is the caller's failure, not the end of everybody's poller.
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Looked at between two waits; null when nothing is to be done by the clock.</summary>
    public void Keep(IPace? pace) => _pace = pace;

    /// <summary>Calls <paramref name="peer"/> for <paramref name="events"/> until its socket is closed.</summary>
    public void Add(IPeer peer, uint events)
    {
        var descriptor = (int)peer.Socket.Handle;
        lock (_change)
        {
            if (descriptor >= _peers.Length)
            {
                Array.Resize(ref _peers, 2 * descriptor);
            }

            Volatile.Write(ref _peers[descriptor], peer);
        }

        Native.Watch(_epoll, descriptor, events, again: false);
    }

    public void Change(IPeer peer, uint events) => Native.Watch(_epoll, (int)peer.Socket.Handle, events, again: true);

    /// <summary>Receives without waiting; 0 when nothing is there.</summary>
    /// <exception cref="SocketException">The connection is over.</exception>
    public static int Receive(Socket socket, Span<byte> target, SocketFlags flags = SocketFlags.None)
    {
        var received = socket.Receive(target, flags, out var error);
        return error switch
        {
            SocketError.WouldBlock => 0,
            SocketError.Success when received > 0 => received,
            SocketError.Success => throw new SocketException((int)SocketError.Disconnecting),
            _ => throw new SocketException((int)error),
        };
    }

    private void Run()
    {
        var events = new byte[BatchSize * Native.EventBytes];
        while (true)
        {
            while (_actions.TryDequeue(out var action))
            {
                action();
            }

            var now = Stopwatch.GetTimestamp();
            var next = _pace?.Run(now) ?? long.MaxValue;
            var wait = Math.Clamp(next - now, 0, Stopwatch.Frequency / 10) * (NanosecondsPerSecond / Stopwatch.Frequency);
            var count = Native.Wait(_epoll, events, wait);
            for (var i = 0; i < count; i++)
            {
                var (what, descriptor) = Native.EventAt(events, i);
                Deliver(Volatile.Read(ref _peers)[descriptor], what);
            }
        }
    }

    private static void Deliver(IPeer? peer, uint events)
    {
        try
        {
            peer?.Ready(events);
            if ((events & Native.Broken) != 0)
            {
                peer?.Socket.Dispose();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed by the measurement, or by the tunnel: the measurement looks after its sessions.
            peer?.Socket.Dispose();
        }
    }
}
