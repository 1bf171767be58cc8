using System.Net.Sockets;
using System.Threading.Channels;

namespace CloudWorkstation.Guacd;

/// <summary>One TCP connection to the scripted guacd, from <c>select</c> to the end.</summary>
public sealed partial class GuacdUser : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ScriptedGuacd _guacd;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly InstructionReader _reader;
    private readonly CancellationTokenSource _gone;
    private readonly Channel<Instruction> _handshake = Channel.CreateUnbounded<Instruction>();
    private readonly UserStreams _streams;
    private bool _connected;

    internal GuacdUser(ScriptedGuacd guacd, Socket socket, CancellationToken stopping)
    {
        (_guacd, _socket) = (guacd, socket);
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new InstructionReader(_stream);
        _gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Gone = _gone.Token;
        _streams = new UserStreams(this, guacd.Script.Files);
        _lastSent = Time.GetTimestamp();
    }

    public Handshake Handshake { get; } = new();

    /// <summary>Null before <c>ready</c>.</summary>
    public GuacdConnection? Connection { get; private set; }

    /// <summary>Came by a connection's id.</summary>
    public bool Joins { get; internal set; }

    /// <summary>Cancelled when the user has left, was dropped, or the test is over.</summary>
    public CancellationToken Gone { get; }

    /// <summary>Why the user was dropped; null as long as it behaves.</summary>
    public string? Failure { get; private set; }

    /// <summary>What came that was no instruction at all, or was cut off; null when everything was one.</summary>
    public string? Garbled { get; private set; }

    /// <summary>Elements that were not UTF-8.</summary>
    public int InvalidTexts => _reader.InvalidTexts;

    private TimeProvider Time => _guacd.Script.Time;

    public async Task UntilGoneAsync()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = Gone.Register(gone.SetResult);
        await gone.Task;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _gone.Dispose();
        _writing.Dispose();
    }

    internal async Task ServeAsync()
    {
        var tasks = new List<Task> { ListenAsync(), KeepAliveAsync() };
        try
        {
            if (await Handshake.RunAsync(this, _guacd) is { } connection)
            {
                Connection = connection;
                await RunSessionAsync(connection);
            }

            await EndAsync();
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The user went away, as many tests want it to.
        }

        await _gone.CancelAsync();
        _stream.Dispose();
        await Task.WhenAll(tasks);
        await _streams.DrainAsync();
    }

    internal async Task<Instruction?> ReadAsync() =>
        await _handshake.Reader.WaitToReadAsync(Gone) && _handshake.Reader.TryRead(out var instruction) ? instruction : null;

    internal void Leave(GuacdConnection connection)
    {
        if (connection.Remove(this))
        {
            _guacd.Close(connection);
        }
    }

    internal static bool IsEnd(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException or MalformedException;

    private async Task RunSessionAsync(GuacdConnection connection)
    {
        try
        {
            await _streams.ShowFilesAsync();
            await ((Joins ? _guacd.Script.Joined : null) ?? _guacd.Script.Session)(this);
        }
        finally
        {
            Leave(connection);
        }
    }

    /// <summary>Reads everything, and drops who is silent or talks rubbish.</summary>
    private async Task ListenAsync()
    {
        try
        {
            while (await NextAsync() is { } instruction)
            {
                Record(instruction);
                if (_connected)
                {
                    await _streams.TakeAsync(instruction);
                    await (Taken?.Invoke(instruction) ?? Task.CompletedTask);
                }
                else
                {
                    _connected = instruction.Opcode == "connect";
                    await _handshake.Writer.WriteAsync(instruction);
                }
            }
        }
        catch (MalformedException e)
        {
            Failure = e.Message;
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Gone.
        }

        _handshake.Writer.TryComplete();
        await _gone.CancelAsync();
    }

    private async Task<Instruction?> NextAsync()
    {
        using var patience = new CancellationTokenSource(_guacd.Script.Patience, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Gone);
        try
        {
            return await _reader.ReadAsync(either.Token);
        }
        catch (MalformedException e)
        {
            Garbled = e.Message;
            throw;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !Gone.IsCancellationRequested)
        {
            Failure = "User is not responding.";
            await ErrorAsync(Status.ClientTimeout);
            return null;
        }
    }

    private async Task EndAsync()
    {
        if (!Gone.IsCancellationRequested)
        {
            await (Connection is null ? Task.CompletedTask : SendAsync(new Instruction("disconnect")));
            _socket.Shutdown(SocketShutdown.Send);

            // Closing with unread bytes would reset the connection and could take the last words with it.
            await Task.WhenAny(UntilGoneAsync(), Task.Delay(Farewell));
        }
    }
}
