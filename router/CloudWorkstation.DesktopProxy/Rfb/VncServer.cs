using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// The proxy as client of a VNC server (RFC 6143 section 7.1 to 7.3): version, security, ServerInit. Every length the server
/// announces has a ceiling, so a lying server costs a few kilobytes and one time-out.
/// </summary>
internal sealed class VncServer(Socket socket)
{
    public const int MaximumText = 4096;
    private const int VersionBytes = 12;
    private const int ServerInitBytes = 24;
    private const byte None = 1;
    private const byte VncAuth = 2;

    /// <summary>Agrees on a version and authenticates with <paramref name="secret"/>.</summary>
    /// <exception cref="RfbException">The server refused, lied or left.</exception>
    public async Task AuthenticateAsync(string secret, CancellationToken cancellationToken)
    {
        var minor = ParseVersion(await ReadAsync(VersionBytes, cancellationToken));
        await SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"RFB 003.{minor:D3}\n")), cancellationToken);
        var security = minor < 7 ? await ReadDictatedSecurityAsync(cancellationToken) : await ChooseSecurityAsync(secret, cancellationToken);
        if (security == VncAuth)
        {
            var challenge = await ReadAsync(VncAuthentication.ChallengeBytes, cancellationToken);
            await SendAsync(VncAuthentication.Respond(challenge, secret), cancellationToken);
        }

        // Before 3.8 a server that asked for nothing says nothing.
        if (security == VncAuth || minor >= 8)
        {
            await ReadSecurityResultAsync(minor, cancellationToken);
        }
    }

    /// <summary>Sends ClientInit and returns ServerInit, checked and whole.</summary>
    public async Task<byte[]> InitializeAsync(byte shared, CancellationToken cancellationToken)
    {
        await SendAsync(new[] { shared }, cancellationToken);
        var head = await ReadAsync(ServerInitBytes, cancellationToken);
        var nameLength = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(20));
        if (nameLength > MaximumText)
        {
            throw Broken($"a desktop name of {nameLength} bytes; at most {MaximumText} are taken");
        }

        if (head[4] is not (8 or 16 or 32) || head[5] is 0 or > 32)
        {
            throw Broken($"a pixel format of {head[4]} bits with depth {head[5]}");
        }

        return [.. head, .. await ReadAsync((int)nameLength, cancellationToken)];
    }

    private static int ParseVersion(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("RFB "u8) || text[7] != '.' || text[11] != '\n'
            || !int.TryParse(text[4..7], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(text[8..11], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || major < 3)
        {
            throw Broken("no RFB 3 version");
        }

        // Anything newer speaks 3.8 to us; RFC 6143 section 7.1.1 wants unknown lower ones treated as 3.3.
        return major > 3 || minor >= 8 ? 8 : minor == 7 ? 7 : 3;
    }

    private async Task<byte> ReadDictatedSecurityAsync(CancellationToken cancellationToken)
    {
        var type = BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(4, cancellationToken));
        return type switch
        {
            0 => throw Refused(await ReadReasonAsync(cancellationToken)),
            None or VncAuth => (byte)type,
            _ => throw Broken($"security type {type} only"),
        };
    }

    private async Task<byte> ChooseSecurityAsync(string secret, CancellationToken cancellationToken)
    {
        var count = (await ReadAsync(1, cancellationToken))[0];
        if (count == 0)
        {
            throw Refused(await ReadReasonAsync(cancellationToken));
        }

        var types = await ReadAsync(count, cancellationToken);
        var choice = secret.Length > 0 && types.Contains(VncAuth) ? VncAuth : types.Contains(None) ? None : VncAuth;
        if (!types.Contains(choice))
        {
            throw Broken($"security types {string.Join(',', types)} only");
        }

        await SendAsync(new[] { choice }, cancellationToken);
        return choice;
    }

    private async Task ReadSecurityResultAsync(int minor, CancellationToken cancellationToken)
    {
        var result = BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(4, cancellationToken));
        if (result != 0)
        {
            throw result > 2 ? Broken($"security result {result}") : Refused(minor >= 8 ? await ReadReasonAsync(cancellationToken) : "no reason given");
        }
    }

    private async Task<string> ReadReasonAsync(CancellationToken cancellationToken)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(4, cancellationToken));
        if (length > MaximumText)
        {
            return $"a reason of {length} bytes, not read";
        }

        var text = Encoding.Latin1.GetString(await ReadAsync((int)length, cancellationToken));
        return string.Concat(text.Take(200).Select(c => char.IsControl(c) ? ' ' : c));
    }

    private async Task<byte[]> ReadAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        for (var done = 0; done < length;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(done), SocketFlags.None, cancellationToken);
            done += received > 0 ? received : throw new RfbException(SessionEnd.Unreachable, "The VNC server closed the connection during the handshake.");
        }

        return bytes;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await socket.SendAsync(bytes, SocketFlags.None, cancellationToken);

    private static RfbException Broken(string what) => new(SessionEnd.Protocol, $"The VNC server sent {what}.");

    private static RfbException Refused(string reason) => new(SessionEnd.Protocol, $"The VNC server refused: {reason}", isRefusal: true);
}
