using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// The proxy as VNC server of the browser: RFB 3.8 with security type None and nothing else. The browser was let in by its token;
/// the VNC password never comes near it.
/// </summary>
internal sealed class VncBrowser(BrowserReader reader, Func<ReadOnlyMemory<byte>, ValueTask<bool>> send)
{
    private static readonly byte[] Version = "RFB 003.008\n"u8.ToArray();
    private static readonly byte[] OnlyNone = [1, 1];
    private static readonly byte[] Accepted = [0, 0, 0, 0];

    /// <summary>Runs the handshake up to ClientInit; the result is its shared flag, null when the browser left.</summary>
    /// <exception cref="RfbException">The browser did not follow the protocol.</exception>
    public async Task<byte?> HandshakeAsync(CancellationToken cancellationToken)
    {
        await send(Version);
        var version = new byte[Version.Length];
        if (!await reader.ReadExactlyAsync(version, cancellationToken))
        {
            return null;
        }

        if (!version.AsSpan().SequenceEqual(Version))
        {
            throw new RfbException(SessionEnd.Protocol, "The browser chose another version than the one offered.");
        }

        await send(OnlyNone);
        var one = new byte[1];
        if (!await reader.ReadExactlyAsync(one, cancellationToken))
        {
            return null;
        }

        if (one[0] != OnlyNone[1])
        {
            throw new RfbException(SessionEnd.Protocol, "The browser chose a security type that was not offered.");
        }

        await send(Accepted);
        return await reader.ReadExactlyAsync(one, cancellationToken) ? one[0] : null;
    }
}
