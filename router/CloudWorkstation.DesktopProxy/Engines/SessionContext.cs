using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Access;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.Sessions;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Engines;

/// <summary>What an engine works with: the browser's end, the right that was checked, the rules, the counters.</summary>
internal sealed class SessionContext(Ticket ticket, OpenResponse opened, Dialect dialect, Socket browser, SessionParts parts) : IDisposable
{
    private BrowserReader? _reader;

    public Ticket Ticket => ticket;

    /// <summary>What the api lets this session do.</summary>
    public OpenResponse Opened => opened;

    public SessionParts Parts => parts;

    public Socket Browser => browser;

    public BrowserWriter Writer { get; } = new(browser, dialect);

    public BrowserReader Reader => _reader ??= new BrowserReader(browser, Writer, dialect, parts.Time);

    public SessionTraffic Traffic { get; } = new(parts.Time);

    /// <summary>Null unless somebody listens, a recording for example.</summary>
    public IStreamTap? Tap { get; set; }

    /// <summary>Sends one message of the engine's kind; for handshakes and what is said seldom, not for what is pumped.</summary>
    /// <returns>Whether it was sent: nothing follows a close frame.</returns>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[Frames.MaximumServerHeader + payload.Length];
        payload.CopyTo(frame.AsMemory(Frames.MaximumServerHeader));
        var start = Frames.WriteHeaderBefore(frame, Frames.MaximumServerHeader, payload.Length, dialect.Data);
        await Writer.EnterAsync();
        try
        {
            if (Writer.IsClosed)
            {
                return false;
            }

            await browser.SendAsync(frame.AsMemory(start), SocketFlags.None);
            return true;
        }
        finally
        {
            Writer.Leave();
        }
    }

    /// <summary>Runs one step of a handshake in the time that every step has.</summary>
    /// <exception cref="EngineException">It took longer.</exception>
    public async Task WithinAsync(string what, Func<CancellationToken, Task> step, SessionEnd late, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(parts.Settings.HandshakeTimeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await step(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(late, $"Gave up after {parts.Settings.HandshakeTimeout.TotalSeconds:0.#} s: {what}.");
        }
    }

    public void Dispose()
    {
        Tap?.Dispose();
        _reader?.Dispose();
        Writer.Dispose();
        browser.Dispose();
    }
}
