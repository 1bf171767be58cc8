using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>
/// One browser at one desktop, from the upgrade to the close frame: start the engine, pump, close. Whoever first says why it ends, wins: a pump,
/// the feed, a report, the shutdown.
/// </summary>
internal sealed partial class DesktopSession(SessionContext context, IEngine engine) : IDisposable
{
    private readonly TaskCompletionSource<SessionEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly SessionParts _parts = context.Parts;
    private readonly BrowserReader _reader = context.Reader;
    private readonly SessionTraffic _traffic = context.Traffic;
    private Task _download = Task.CompletedTask;
    private Task _upload = Task.CompletedTask;

    public string Connection => context.Ticket.Token.Connection;

    public string Desktop => context.Ticket.Token.Desktop;

    public string SessionId => context.Ticket.Token.SessionId;

    /// <summary>Ends the session for <paramref name="end"/> unless it is ending already; returns at once.</summary>
    public void End(SessionEnd end)
    {
        if (_end.TrySetResult(end))
        {
            // The close frame goes out before anything is torn down.
            context.Writer.Close(end);
            _ = _ended.CancelAsync();
        }
    }

    /// <summary>Whatever it was, only this session may suffer from it. Cancellation and broken sockets are the usual guests here.</summary>
    public void Fail(Exception e)
    {
        Log.Broken(_parts.Logger, Connection, Desktop, e.GetType().Name);
        End(SessionEnd.Lost);
    }

    /// <summary>Lets the engine look after itself.</summary>
    public void Tick()
    {
        if (engine.Tick() is { } end)
        {
            End(end);
        }
    }

    /// <summary>Runs to the end; never throws.</summary>
    public async Task RunAsync()
    {
        _parts.Metrics.Opened();
        Log.Opened(_parts.Logger, Connection, Desktop);
        var reporter = new SessionReporter(this, _reader, _traffic, _parts);
        var limiting = EndInTimeAsync();
        try
        {
            if (await engine.StartAsync(_ended.Token))
            {
                _parts.Heartbeat.Add(reporter);
                await PumpAsync();
            }

            End(_reader.Ended ?? SessionEnd.Lost);
        }
        catch (EngineException e)
        {
            Log.Failed(_parts.Logger, Connection, Desktop, e.Message);
            End(e.End);
        }
        catch (Exception e)
        {
            Fail(e);
        }

        _parts.Heartbeat.Remove(reporter);
        await CloseAsync();
        await limiting;
        var kept = context.Tap?.FinishAsync((await _end.Task).Word) ?? Task.CompletedTask;
        await reporter.CloseAsync(await _end.Task);
        await kept;
    }

    public void Dispose()
    {
        _ended.Dispose();
        context.Dispose();
    }

    /// <summary>Ends the session when it has lasted as long as its policy lets it; the person may connect again.</summary>
    private async Task EndInTimeAsync()
    {
        if (context.Opened.EndsAt is not { } end)
        {
            return;
        }

        try
        {
            var left = end - _parts.Time.GetUtcNow();
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _parts.Time, _ended.Token);
            End(SessionEnd.MaximumSession);
        }
        catch (OperationCanceledException)
        {
            // It ended before.
        }
    }

    private async Task PumpAsync()
    {
        var download = engine.DownloadAsync();
        var upload = engine.UploadAsync();
        (_download, _upload) = (download, upload);
        var first = await Task.WhenAny(download, upload, _end.Task);
        var end = await first;
        if (engine.Failure.Length > 0 || _reader.Failure.Length > 0)
        {
            Log.Failed(_parts.Logger, Connection, Desktop, engine.Failure.Length > 0 ? engine.Failure : $"The browser broke the WebSocket protocol: {_reader.Failure}.");
        }

        End(end);
    }

    /// <summary>Gives the browser a moment to answer the close frame, then takes everything down.</summary>
    private async Task CloseAsync()
    {
        var end = await _end.Task;
        engine.Dispose();
        context.Tap?.Release();
        try
        {
            using var limit = new CancellationTokenSource(_parts.Settings.CloseTimeout, _parts.Time);
            await _upload.WaitAsync(limit.Token);
            while (_reader.Ended is null && await _reader.RefillAsync(limit.Token))
            {
                while (_reader.TryNext(out _))
                {
                    // For nobody. Left unread, it would make the kernel reset the connection, and the close frame be lost with it.
                }
            }

            context.Browser.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It does not answer, or is gone: the connection goes too.
        }

        context.Browser.Dispose();
        await Task.WhenAll(_download, _upload);
        _parts.Metrics.Ended(end.Word, _traffic);
        Log.Ended(_parts.Logger, Connection, Desktop, end.Word, _traffic.BytesToBrowser, _traffic.BytesToDesktop);
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Information, "Connection {Connection} to desktop {Desktop} opened")]
        public static partial void Opened(ILogger logger, string connection, string desktop);

        [LoggerMessage(11, LogLevel.Warning, "Connection {Connection} to desktop {Desktop} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string connection, string desktop, string reason);

        [LoggerMessage(12, LogLevel.Debug, "Connection {Connection} to desktop {Desktop} broke off: {Kind}")]
        public static partial void Broken(ILogger logger, string connection, string desktop, string kind);

        [LoggerMessage(13, LogLevel.Information, "Connection {Connection} to desktop {Desktop} ended: {Reason}, {ToBrowser} bytes to the browser, {ToDesktop} to the desktop")]
        public static partial void Ended(ILogger logger, string connection, string desktop, string reason, long toBrowser, long toDesktop);
    }
}
