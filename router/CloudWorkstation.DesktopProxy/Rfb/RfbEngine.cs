using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.Sessions;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// RFB straight through: dial the VNC server and authenticate to it, let the browser in without a password, pump. Each step of the handshake has the
/// same limited time, so a peer that never answers costs one time-out and no more.
/// </summary>
internal sealed class RfbEngine(SessionContext context) : IEngine
{
    private readonly ClientStream _client = new(RfbRules.Of(context.Opened));
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private ServerStream? _stream;

    public string Failure => _client.Failure.Length > 0 ? _client.Failure : _stream?.Failure ?? "";

    public async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        _client.Tap = context.Tap;
        var vnc = new VncServer(_server);
        await context.WithinAsync("reaching the VNC server", ConnectAsync, SessionEnd.Unreachable, cancellationToken);
        await context.WithinAsync("the VNC server's handshake", token => vnc.AuthenticateAsync(context.Ticket.Target.Secret, token), SessionEnd.Unreachable, cancellationToken);
        byte? shared = null;
        var browser = new VncBrowser(context.Reader, context.SendAsync);
        await context.WithinAsync("the browser's handshake", async token => shared = await browser.HandshakeAsync(token), SessionEnd.Protocol, cancellationToken);
        if (shared is null)
        {
            return false;
        }

        byte[] serverInit = [];
        await context.WithinAsync("ServerInit", async token => serverInit = await vnc.InitializeAsync(shared.Value, token), SessionEnd.Unreachable, cancellationToken);
        _client.Server = _stream = _client.Rules.FollowsServer ? new ServerStream(_client.Rules.Clipboard, serverInit) : null;
        await context.SendAsync(serverInit);
        context.Tap?.ToBrowser(serverInit);
        _server.Blocking = false;
        return true;
    }

    public Task<SessionEnd> DownloadAsync() => Pumps.DownloadAsync(_server, _stream, context);

    public Task<SessionEnd> UploadAsync() => Pumps.UploadAsync(_server, _client, context);

    public void Dispose() => _server.Dispose();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _server.ConnectAsync(context.Ticket.Target.Host, context.Ticket.Target.Port, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new RfbException(SessionEnd.Unreachable, $"The VNC server cannot be reached: {e.SocketErrorCode}.");
        }
    }
}
