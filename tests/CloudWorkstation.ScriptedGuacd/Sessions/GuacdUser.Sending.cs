using System.Text;

namespace CloudWorkstation.Guacd;

/// <summary>What a script can send.</summary>
public sealed partial class GuacdUser
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _lastSent;
    private long _lastSync;
    private int _frames;

    public Task SendAsync(params Instruction[] instructions) => SendRawAsync(Encoding.UTF8.GetBytes(string.Concat(instructions.Select(i => i.ToString()))));

    /// <summary>Bytes as they are, right or wrong.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync(Gone);
        try
        {
            var step = _guacd.Script.ByteByByte ? 1 : bytes.Length;
            for (var at = 0; at < bytes.Length; at += step)
            {
                await _stream.WriteAsync(bytes.Slice(at, step), Gone);
            }

            _lastSent = Time.GetTimestamp();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends a frame without waiting for the reply; the result is the frame's time stamp.</summary>
    public async Task<long> EndFrameAsync()
    {
        var stamp = Math.Max(Time.GetUtcNow().ToUnixTimeMilliseconds(), Interlocked.Read(ref _lastSync) + 1);
        Interlocked.Exchange(ref _lastSync, stamp);
        await SendAsync(Announced.CountsFrames(_guacd.Script.Version) ? new Instruction("sync", stamp, ++_frames) : new Instruction("sync", stamp));
        return stamp;
    }

    /// <summary>Ends a frame and waits until the user has drawn it.</summary>
    public async Task SyncAsync() => await DrawnAsync(await EndFrameAsync());

    /// <summary>A screen of one colour, as small as a first frame can be.</summary>
    public async Task DrawAsync(int width, int height, byte red = 0, byte green = 0, byte blue = 0)
    {
        await SendAsync(
            new Instruction("size", 0, width, height),
            new Instruction("rect", 0, 0, 0, width, height),
            new Instruction("cfill", 14, 0, red, green, blue, 255));
        await SyncAsync();
    }

    public Task ClipboardAsync(string text) => _streams.SendAsync(stream => new Instruction("clipboard", stream, "text/plain"), Encoding.UTF8.GetBytes(text));

    /// <summary>Offers a download, paced by the user's acks; the result is what became of it.</summary>
    public Task<Status> FileAsync(string name, byte[] content, string type = "application/octet-stream") =>
        _streams.SendPacedAsync(stream => new Instruction("file", stream, type, name), content);

    /// <summary>A tone of 16-bit stereo.</summary>
    public Task AudioAsync(TimeSpan duration, int hertz = 440) =>
        _streams.SendAsync(stream => new Instruction("audio", stream, $"audio/L16;rate={Tone.Rate},channels={Tone.Channels}"), Tone.Make(duration, hertz));

    public Task ErrorAsync(Status status, string text = "Aborted. See logs.") => SendAsync(new Instruction("error", text, (int)status));

    /// <summary>Asks for values that <c>connect</c> left open (since 1.3.0).</summary>
    public Task RequiredAsync(params string[] names) => SendAsync(new Instruction("required", [.. names]));

    /// <summary>
    /// What guacd 1.5 does when it fails within a quarter of a second: its <c>error</c> goes to nobody, and it hangs up, for some failures (SSH, a
    /// VNC password) only when it next hears something. To be the end of a session's script.
    /// </summary>
    public Task GiveUpUntoldAsync(bool whenItHearsSomething) => whenItHearsSomething ? WaitForAsync(i => i.Opcode is not ("size" or "connect" or "select" or "audio" or "video" or "image" or "timezone" or "name"), 0) : Task.CompletedTask;

    /// <summary>Resets the connection in the middle of whatever was under way.</summary>
    public void Die()
    {
        _socket.LingerState = new(enable: true, 0);
        _gone.Cancel();
        _socket.Close();
    }

    private async Task KeepAliveAsync()
    {
        var interval = _guacd.Script.KeepAlive;
        try
        {
            while (true)
            {
                var idle = Time.GetElapsedTime(_lastSent);
                await Task.Delay(interval > idle ? interval - idle : TimeSpan.Zero, Time, Gone);
                if (Connection is null)
                {
                    _lastSent = Time.GetTimestamp();
                }
                else if (Time.GetElapsedTime(_lastSent) >= interval)
                {
                    await SendAsync(new Instruction("nop"));
                }
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Gone.
        }
    }
}
