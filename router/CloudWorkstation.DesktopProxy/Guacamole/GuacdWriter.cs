using System.Buffers;
using System.Net.Sockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// The one place that writes to guacd after the handshake. The upload owns the connection while it sends; what the download has to say in passing waits
/// for the gap and never holds the download up.
/// </summary>
internal sealed class GuacdWriter(Socket guacd) : IDisposable
{
    private const int MaximumAside = 4096;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _pending = new();
    private readonly ArrayBufferWriter<byte> _aside = new(64);

    /// <summary>Sends whole instructions; allocates nothing unless guacd does not read.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> instructions)
    {
        await _turn.WaitAsync();
        try
        {
            await guacd.SendAsync(instructions, SocketFlags.None);
        }
        finally
        {
            _turn.Release();
            _ = FlushAsync();
        }
    }

    /// <summary>Sends an instruction as soon as nothing else is being sent; false when so much waits that guacd cannot be reading.</summary>
    public bool Say(ReadOnlySpan<byte> instruction)
    {
        lock (_pending)
        {
            if (_aside.WrittenCount + instruction.Length > MaximumAside)
            {
                return false;
            }

            _aside.Write(instruction);
        }

        _ = FlushAsync();
        return true;
    }

    public void Dispose() => _turn.Dispose();

    private bool HasPending
    {
        get
        {
            lock (_pending)
            {
                return _aside.WrittenCount > 0;
            }
        }
    }

    private async Task FlushAsync()
    {
        try
        {
            // Whoever holds the turn looks again after giving it back.
            while (HasPending && await _turn.WaitAsync(TimeSpan.Zero))
            {
                try
                {
                    await guacd.SendAsync(TakePending(), SocketFlags.None);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // guacd is gone, or the session: the pump that reads ends it.
        }
    }

    private byte[] TakePending()
    {
        lock (_pending)
        {
            var bytes = _aside.WrittenSpan.ToArray();
            _aside.ResetWrittenCount();
            return bytes;
        }
    }
}
