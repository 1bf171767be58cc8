namespace CloudWorkstation.Guacd;

/// <summary>What the user has sent.</summary>
public sealed partial class GuacdUser
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<Instruction> _received = [];
    private long _lastReply;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every instruction so far, the handshake's too.</summary>
    public IReadOnlyList<Instruction> Received
    {
        get
        {
            lock (_received)
            {
                return [.. _received];
            }
        }
    }

    /// <summary>Texts that were pasted whole.</summary>
    public IReadOnlyList<string> Clipboards => _streams.Clipboards;

    /// <summary>Files that were uploaded whole.</summary>
    public IReadOnlyList<(string Name, byte[] Content)> Uploads => _streams.Uploads;

    /// <summary>Called for each such text.</summary>
    public Func<string, Task>? Pasted { get; set; }

    /// <summary>Called for every instruction after <c>connect</c>, in order, on the task that reads.</summary>
    public Func<Instruction, Task>? Taken { get; set; }

    /// <summary>The time stamp of the last frame.</summary>
    internal long LastSync => Interlocked.Read(ref _lastSync);

    public Task<Instruction> WaitForAsync(string opcode, int nth = 0) => WaitForAsync(i => i.Opcode == opcode, nth);

    /// <summary>The <paramref name="nth"/> instruction of a kind (from 0), whether it came already or comes.</summary>
    public async Task<Instruction> WaitForAsync(Func<Instruction, bool> wanted, int nth)
    {
        while (true)
        {
            Task more;
            lock (_received)
            {
                if (_received.Where(wanted).Skip(nth).FirstOrDefault() is { } found)
                {
                    return found;
                }

                more = _more.Task;
            }

            await more.WaitAsync(Limit, Gone);
        }
    }

    /// <summary>Waits until the user has drawn a frame.</summary>
    public async Task DrawnAsync(long stamp)
    {
        while (true)
        {
            Task more;
            lock (_received)
            {
                if (_lastReply >= stamp)
                {
                    return;
                }

                more = _more.Task;
            }

            await more.WaitAsync(Limit, Gone);
        }
    }

    private void Record(Instruction instruction)
    {
        TaskCompletionSource waiting;
        lock (_received)
        {
            if (_guacd.Script.KeepsRecords)
            {
                _received.Add(instruction);
            }

            if (instruction is { Opcode: "sync", Arguments: [var stamp, ..] } && long.TryParse(stamp, System.Globalization.CultureInfo.InvariantCulture, out var drawn))
            {
                _lastReply = Math.Max(_lastReply, drawn);
            }

            (waiting, _more) = (_more, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        waiting.SetResult();
    }
}
