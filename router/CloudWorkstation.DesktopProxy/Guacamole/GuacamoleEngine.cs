using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// The Guacamole protocol: guacd speaks VNC, RDP or SSH to the desktop and instructions to us, the page gets them as text messages of whole instructions.
/// </summary>
internal sealed class GuacamoleEngine : IEngine
{
    private readonly SessionContext _context;
    private readonly ScreenRequest _screen;
    private readonly LiveConnections _connections;
    private readonly GuacamoleRules _rules;
    private readonly PageStream _page;
    private readonly DesktopStream _desktop;
    private LiveConnections.Seat? _seat;
    private Socket? _guacd;
    private GuacdWriter? _writer;
    private GuacamolePumps? _pumps;
    private long _told;
    private bool _isQuiet;

    public GuacamoleEngine(SessionContext context, ScreenRequest screen, LiveConnections connections)
    {
        (_context, _screen, _connections) = (context, screen, connections);
        _rules = GuacamoleRules.Of(context.Opened);
        _page = new PageStream(_rules);
        _desktop = new DesktopStream(_rules);
    }

    public string Failure => _page.Failure.Length > 0 ? _page.Failure : _desktop.Failure;

    public async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        var (target, viewer) = (_context.Ticket.Target, _context.Opened.Viewer ?? "");
        var user = new GuacdUser(target, _rules, _screen, viewer);
        await _context.WithinAsync(
            "another session's handshake with guacd",
            async token => _seat = await _connections.EnterAsync(_context.Ticket.Token.Desktop, target, token),
            SessionEnd.Unreachable,
            cancellationToken);
        try
        {
            if (_seat!.Id is null || !await JoinAsync(user, _seat.Id, cancellationToken))
            {
                _seat.Id = null;
                await JoinAsync(user, null, cancellationToken);
            }
        }
        finally
        {
            _seat!.EndTurn();
        }

        await _context.SendAsync(Answers.Greeting(Guid.NewGuid()));
        return true;
    }

    public Task<SessionEnd> DownloadAsync() => _pumps!.DownloadAsync();

    public Task<SessionEnd> UploadAsync() => _pumps!.UploadAsync();

    public SessionEnd? Tick()
    {
        SpeakUp();
        return _pumps?.WaitsSince is { } since && _context.Parts.Time.GetElapsedTime(since) > _context.Parts.Settings.SilenceTimeout ? SessionEnd.Unreachable : null;
    }

    public void Dispose()
    {
        _guacd?.Dispose();
        _writer?.Dispose();
        _seat?.Dispose();
    }

    /// <summary>
    /// Browsers slow down the timers of a page that nobody sees, and guacd gives up a user who says nothing for 15 s. After a whole beat of silence it is the
    /// proxy that speaks, so nothing is said for two beats at most.
    /// </summary>
    private void SpeakUp()
    {
        var told = _context.Traffic.BytesToDesktop;
        _isQuiet = told == _told && !_isQuiet;
        _told = told;
        if (_isQuiet)
        {
            _writer?.Say(Answers.Nop);
        }
    }

    private async Task<bool> JoinAsync(GuacdUser user, string? join, CancellationToken cancellationToken)
    {
        _guacd?.Dispose();
        _guacd = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var client = new GuacdClient(_guacd);
        await _context.WithinAsync("reaching guacd", ConnectAsync, SessionEnd.Unreachable, cancellationToken);
        string? id = null;
        await _context.WithinAsync("guacd's handshake", async token => id = await client.ConnectAsync(user, join, token), SessionEnd.Unreachable, cancellationToken);
        if (id is null)
        {
            return false;
        }

        _seat!.Id = id;
        _guacd.Blocking = false;
        _writer = new GuacdWriter(_guacd);
        _pumps = new GuacamolePumps(_context, _guacd, _writer, _page, _desktop, client.Rest.ToArray());
        return true;
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await GuacdAddress.ConnectAsync(_guacd!, _context.Parts.Settings.Guacd, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new EngineException(SessionEnd.Unreachable, $"guacd cannot be reached: {e.SocketErrorCode}.");
        }
    }
}
