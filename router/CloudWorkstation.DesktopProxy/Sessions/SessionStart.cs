using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.WebSockets;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>
/// Everything between the upgrade and the first pumped byte. Each step has the same limited time, so a peer that never answers
/// costs one time-out and no more.
/// </summary>
internal sealed class SessionStart(DesktopTarget target, BrowserReader reader, Func<ReadOnlyMemory<byte>, ValueTask> sendToBrowser, SessionParts parts)
{
    /// <summary>Dials, authenticates, lets the browser in; false when the browser left meanwhile.</summary>
    /// <exception cref="RfbException">Somebody did not follow the protocol or took too long.</exception>
    public async Task<bool> RunAsync(Socket server, CancellationToken cancellationToken)
    {
        var vnc = new VncServer(server);
        await WithinAsync("reaching the VNC server", token => ConnectAsync(server, token), SessionEnd.Unreachable, cancellationToken);
        await WithinAsync("the VNC server's handshake", token => vnc.AuthenticateAsync(target.Secret, token), SessionEnd.Unreachable, cancellationToken);
        byte? shared = null;
        var browser = new VncBrowser(reader, sendToBrowser);
        await WithinAsync("the browser's handshake", async token => shared = await browser.HandshakeAsync(token), SessionEnd.Protocol, cancellationToken);
        if (shared is null)
        {
            return false;
        }

        byte[] serverInit = [];
        await WithinAsync("ServerInit", async token => serverInit = await vnc.InitializeAsync(shared.Value, token), SessionEnd.Unreachable, cancellationToken);
        await sendToBrowser(serverInit);
        server.Blocking = false;
        return true;
    }

    private async Task ConnectAsync(Socket server, CancellationToken cancellationToken)
    {
        try
        {
            await server.ConnectAsync(target.Host, target.Port, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new RfbException(SessionEnd.Unreachable, $"The VNC server cannot be reached: {e.SocketErrorCode}.");
        }
    }

    private async Task WithinAsync(string what, Func<CancellationToken, Task> step, SessionEnd late, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(parts.Settings.HandshakeTimeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await step(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RfbException(late, $"Gave up after {parts.Settings.HandshakeTimeout.TotalSeconds:0.#} s: {what}.");
        }
    }
}
