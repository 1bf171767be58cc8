using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// The Guacamole protocol: guacd speaks VNC, RDP or SSH to the desktop and instructions to us, the page gets them as text messages of whole instructions.
/// </summary>
internal sealed class GuacamoleEngine : IEngine
{
    private const int MostNudges = 20;

    private readonly CancellationTokenSource _over = new();
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
    private volatile bool _isAbandoned;
    private (long Bytes, long Since)? _stalled;

    public GuacamoleEngine(SessionContext context, ScreenRequest screen, LiveConnections connections)
    {
        (_context, _screen, _connections) = (context, screen, connections);
        _rules = GuacamoleRules.Of(context.Opened, isGuest: context.Ticket.Token.Share is not null);
        _page = new PageStream(_rules);
        _desktop = new DesktopStream(_rules);
    }

    public string Failure => _page.Failure.Length > 0 ? _page.Failure : _desktop.Failure;

    public async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        var (target, viewer) = (_context.Ticket.Target, _context.Opened.Viewer ?? "");
        var user = new GuacdUser(target, _rules, _screen, viewer);
        if (!await EnterAsync(user, LiveConnections.Circle.Owner, mayOpen: !_rules.IsGuest, cancellationToken))
        {
            // A second session of RDP would throw the owner out, one of SSH would be another shell; a VNC server shows all the same screen.
            if (target.Protocol != "vnc")
            {
                throw new EngineException(SessionEnd.OwnerAway, "A guest came, and the owner has no session to join.");
            }

            await EnterAsync(user, _rules.IsViewOnly ? LiveConnections.Circle.Viewers : LiveConnections.Circle.Guests, mayOpen: true, cancellationToken);
        }

        await _context.SendAsync(Answers.Greeting(Guid.NewGuid()));
        _ = EarlyFailure.NudgeAsync(Nudge, nudges => nudges < MostNudges && !_desktop.IsShown, _context.Parts.Time, _over.Token);
        return true;
    }

    public async Task<SessionEnd> DownloadAsync()
    {
        var end = await _pumps!.DownloadAsync();
        return _isAbandoned ? SessionEnd.OwnerAway : end;
    }

    public Task<SessionEnd> UploadAsync() => _pumps!.UploadAsync();

    public SessionEnd? Tick()
    {
        SpeakUp();
        if (_rules.IsGuest && IsStalled())
        {
            return SessionEnd.Lost;
        }

        return _pumps?.WaitsSince is { } since && _context.Parts.Time.GetElapsedTime(since) > _context.Parts.Settings.SilenceTimeout ? SessionEnd.Unreachable : null;
    }

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
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

    /// <summary>Whether something has been on its way to the page for long, and none of it arrives.</summary>
    private bool IsStalled()
    {
        var (time, bytes) = (_context.Parts.Time, _context.Traffic.BytesToBrowser);
        if (_pumps is null || _pumps.WaitsSince is not null || _stalled?.Bytes != bytes)
        {
            _stalled = (bytes, time.GetTimestamp());
        }

        return time.GetElapsedTime(_stalled.Value.Since) > _context.Parts.Settings.GuestStallTimeout;
    }

    /// <summary>False when there is no connection to join and none may be opened.</summary>
    private async Task<bool> EnterAsync(GuacdUser user, LiveConnections.Circle circle, bool mayOpen, CancellationToken cancellationToken)
    {
        _seat?.Dispose();
        await _context.WithinAsync(
            "another session's handshake with guacd",
            async token => _seat = await _connections.EnterAsync(circle, _context.Ticket.Token.Desktop, user.Target, mayOpen ? null : Abandoned, token),
            SessionEnd.Unreachable,
            cancellationToken);
        try
        {
            if (_seat!.Id is { } live && await JoinAsync(user, live, cancellationToken))
            {
                return mayOpen || !_seat.IsOver;
            }

            _seat.Id = null;
            return mayOpen && await JoinAsync(user, null, cancellationToken);
        }
        finally
        {
            _seat!.EndTurn();
        }
    }

    /// <summary>The owner has left. The stream is at its end, which ends the session in its usual way.</summary>
    private void Abandoned()
    {
        _isAbandoned = true;
        try
        {
            _guacd?.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is not connected, or not any more.
        }
    }

    private Task Nudge(CancellationToken cancellationToken)
    {
        _writer!.Say(Answers.Nop);
        return Task.CompletedTask;
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
