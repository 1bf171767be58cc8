using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>
/// Sends a recording's chunks to the api, one after the other, so that a recording that broke off has no hole. Each is sent until it is
/// stored or patience is at an end; then the session ends too.
/// </summary>
internal sealed partial class RecordingSender(
    RecordingOrder order, byte[] key, RecordingBuffer buffer, IRecordingApi api, RecordingLimits limits, TimeProvider time, ILogger<RecordingSender> logger) : IDisposable
{
    private readonly ChunkMaker _maker = new(order.Id, key);
    private readonly CancellationTokenSource _giveUp = new();
    private Task _run = Task.CompletedTask;
    private volatile bool _finishing;
    private bool _failed;
    private bool _told;
    private uint _number;
    private long _bytes;

    public void Start(Action<SessionEnd> end) => _run = Task.Run(() => RunAsync(end));

    /// <param name="reason">Why the session ended; null when something is missing, so that nobody is told that this was all.</param>
    public async Task FinishAsync(string? reason)
    {
        _finishing = true;
        _giveUp.CancelAfter(limits.LastPatience);
        buffer.Close();
        await _run;
        if (reason is not null && !_failed)
        {
            await TryAsync(token => api.CompleteAsync(order.Id, new CompleteRecording(_number, reason), token));
        }
    }

    public void Dispose()
    {
        _maker.Dispose();
        _giveUp.Dispose();
    }

    private async Task RunAsync(Action<SessionEnd> end)
    {
        while (!_failed)
        {
            if (buffer.Take(_finishing ? TimeSpan.Zero : limits.Flush) is { } segment)
            {
                await SendAsync(segment, end);
                buffer.GiveBack(segment);
            }
            else if (_finishing)
            {
                return;
            }
            else
            {
                await buffer.FilledAsync(limits.Flush / 5);
            }

            EndWhenLong(end);
        }
    }

    private async Task SendAsync(Segment segment, Action<SessionEnd> end)
    {
        var chunk = _maker.Make(_number, segment);
        var status = await TryAsync(token => api.PutAsync(order.Id, _number, chunk, token));
        if (status is >= 200 and < 300)
        {
            _number++;
            _bytes += chunk.Length;
            return;
        }

        _failed = true;
        buffer.Close();
        Log.Failed(logger, order.Id, _number, status);
        end(SessionEnd.Unrecorded);
    }

    /// <summary>The last answer: one that helps, one that will not change, or the one at which patience ended.</summary>
    private async Task<int> TryAsync(Func<CancellationToken, Task<int>> send)
    {
        using var limit = new CancellationTokenSource(limits.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _giveUp.Token);
        var status = 0;
        try
        {
            while (true)
            {
                status = await send(either.Token);
                if (status is (>= 200 and < 300) or (>= 400 and < 500 and not 429))
                {
                    return status;
                }

                await Task.Delay(limits.Retry, time, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return status;
        }
    }

    private void EndWhenLong(Action<SessionEnd> end)
    {
        if (!_told && (_bytes >= order.MaximumBytes || buffer.Now / 1000 >= order.MaximumSeconds))
        {
            _told = true;
            end(SessionEnd.NextPart);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "Recording {Recording} cannot be kept: chunk {Number} was not taken (status {Status}). The session ends.")]
        public static partial void Failed(ILogger logger, string recording, uint number, int status);
    }
}
