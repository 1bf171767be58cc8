using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.DesktopProxy.Http;

/// <summary>
/// Accepts connections and reads one request head from each. An own listener, not Kestrel, because a tunnel owns its socket from the first byte: no pipe
/// between, no held buffer, no second copy (README, "Why an own listener").
/// </summary>
internal sealed partial class DesktopListener(ProxySettings settings, RequestRouter router, TimeProvider time, ILogger<DesktopListener> logger) : IDisposable
{
    private const int Backlog = 512;
    private const int FirstBytes = 2048;

    private readonly Socket _socket = new(settings.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens, with the port that was really bound.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Binds and begins to accept.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public void Start()
    {
        _socket.Bind(settings.Listen);
        _socket.Listen(Backlog);
        _accepting = AcceptAsync();
        Log.Listening(logger, Address);
    }

    /// <summary>Accepts nothing more.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _socket.Close();
        await _accepting;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var accepted = await _socket.AcceptAsync(_stopping.Token);
                _ = Task.Run(() => ServeAsync(accepted), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or the peer left in the queue: neither is a reason to stop listening.
                Log.NotAccepted(logger, e.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                var (head, refusal) = await ReadHeadAsync(socket);
                await router.ServeAsync(socket, head, refusal);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                Log.Left(logger, e.GetType().Name);
            }
            catch (Exception e)
            {
                // A defect of ours must cost one connection, not the process.
                Log.Defect(logger, e);
            }
        }
    }

    private async Task<(RequestHead? Head, Refusal? Refusal)> ReadHeadAsync(Socket socket)
    {
        byte[] buffer = [];
        using var limit = new CancellationTokenSource(settings.HandshakeTimeout, time);
        try
        {
            // Who connects and says nothing holds no buffer, and who says little a small one.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, limit.Token);
            for (var length = 0; length < RequestHead.MaximumBytes;)
            {
                buffer = length < buffer.Length ? buffer : Grow(buffer);
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, limit.Token);
                if (received == 0)
                {
                    return (null, null);
                }

                length += received;
                if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                {
                    var head = RequestHead.Parse(buffer.AsSpan(0, length));
                    return (head, head is null ? Refusal.Malformed("The request is not plain HTTP/1.1 without a body.") : null);
                }
            }

            return (null, new Refusal(431, "headers_too_large", $"The request's head may have {RequestHead.MaximumBytes} bytes."));
        }
        catch (OperationCanceledException)
        {
            return (null, new Refusal(408, "timeout", "The request did not come in time."));
        }
        finally
        {
            // It held a token.
            Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, 2 * buffer.Length));
        buffer.CopyTo(larger, 0);
        Return(buffer);
        return larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Information, "Listening on {Address}")]
        public static partial void Listening(ILogger logger, IPEndPoint address);

        [LoggerMessage(21, LogLevel.Warning, "A connection could not be accepted: {Error}")]
        public static partial void NotAccepted(ILogger logger, SocketError error);

        [LoggerMessage(22, LogLevel.Debug, "A peer left before its request was served: {Kind}")]
        public static partial void Left(ILogger logger, string kind);

        [LoggerMessage(23, LogLevel.Error, "A connection failed by a defect")]
        public static partial void Defect(ILogger logger, Exception exception);
    }
}
