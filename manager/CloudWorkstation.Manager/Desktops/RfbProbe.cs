using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>How a screen answered.</summary>
internal enum ScreenAnswer
{
    /// <summary>A whole handshake: it shows a screen of this product's password.</summary>
    Ready,

    /// <summary>Nobody listens, or it broke off: it may still be starting.</summary>
    Silent,

    /// <summary>It speaks, but refuses the password.</summary>
    Refused,

    /// <summary>It speaks something else.</summary>
    NotRfb,
}

internal sealed record ScreenReply(ScreenAnswer Answer, string Detail)
{
    /// <value>The machine is up, whether or not its screen is: something answers there, were it only that nobody listens.</value>
    public bool MachineAnswers => Answer != ScreenAnswer.Silent || Detail == nameof(SocketError.ConnectionRefused);
}

/// <summary>
/// One real handshake with a VNC server as the desktop proxy will do it (RFC 6143 section 7.1 to 7.3): version, VNC authentication, ServerInit.
/// Every length that the server names is bounded.
/// </summary>
internal static class RfbProbe
{
    private const int MaximumText = 4096;
    private const byte None = 1;
    private const byte VncAuthentication = 2;

    /// <summary>Only whether something accepts connections there.</summary>
    public static async Task<bool> AcceptsAsync(ConnectionAddress address, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, timeout.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public static async Task<ScreenReply> HandshakeAsync(ConnectionAddress address, string password, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(address.Host, address.Port, timeout.Token);
            return await HandshakeAsync(client.GetStream(), password, timeout.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new ScreenReply(ScreenAnswer.Silent, e is OperationCanceledException ? "no answer in time" : e.Message);
        }
    }

    internal static async Task<ScreenReply> HandshakeAsync(Stream stream, string password, CancellationToken cancellationToken)
    {
        var version = Encoding.ASCII.GetString(await ReadAsync(stream, 12, cancellationToken));
        if (!version.StartsWith("RFB ", StringComparison.Ordinal) || version[11] != '\n')
        {
            return new ScreenReply(ScreenAnswer.NotRfb, "the server does not speak RFB");
        }

        if (version is not ("RFB 003.008\n" or "RFB 003.889\n"))
        {
            return new ScreenReply(ScreenAnswer.NotRfb, $"the server speaks {version.Trim()}; 003.008 is needed");
        }

        await stream.WriteAsync("RFB 003.008\n"u8.ToArray(), cancellationToken);
        return await AuthenticateAsync(stream, password, cancellationToken) ?? await InitialiseAsync(stream, cancellationToken);
    }

    private static async Task<ScreenReply?> AuthenticateAsync(Stream stream, string password, CancellationToken cancellationToken)
    {
        var count = (await ReadAsync(stream, 1, cancellationToken))[0];
        if (count == 0)
        {
            return new ScreenReply(ScreenAnswer.Refused, await ReasonAsync(stream, cancellationToken));
        }

        var types = await ReadAsync(stream, count, cancellationToken);
        var type = Array.Find(types, t => t is VncAuthentication) is VncAuthentication ? VncAuthentication : None;
        if (!types.Contains(type))
        {
            return new ScreenReply(ScreenAnswer.NotRfb, $"the server offers none of the security types None and VncAuth, only {string.Join(", ", types)}");
        }

        await stream.WriteAsync(new[] { type }, cancellationToken);
        if (type == VncAuthentication)
        {
            var challenge = await ReadAsync(stream, VncAuth.ChallengeBytes, cancellationToken);
            await stream.WriteAsync(VncAuth.Respond(challenge, password), cancellationToken);
        }

        var result = BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(stream, 4, cancellationToken));
        return result == 0 ? null : new ScreenReply(ScreenAnswer.Refused, await ReasonAsync(stream, cancellationToken));
    }

    private static async Task<ScreenReply> InitialiseAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Shared: a person may be connected already, and a probe must not throw them out.
        await stream.WriteAsync(new byte[] { 1 }, cancellationToken);
        var head = await ReadAsync(stream, 24, cancellationToken);
        var width = BinaryPrimitives.ReadUInt16BigEndian(head);
        var height = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2));
        var name = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(20));
        if (name > MaximumText || width == 0 || height == 0)
        {
            return new ScreenReply(ScreenAnswer.NotRfb, $"the server announces a screen of {width}x{height} with a name of {name} bytes");
        }

        await ReadAsync(stream, (int)name, cancellationToken);
        return new ScreenReply(ScreenAnswer.Ready, $"{width}x{height}");
    }

    private static async Task<string> ReasonAsync(Stream stream, CancellationToken cancellationToken)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(stream, 4, cancellationToken));
        return length > MaximumText ? "refused" : Encoding.UTF8.GetString(await ReadAsync(stream, (int)length, cancellationToken));
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[count];
        await stream.ReadExactlyAsync(buffer, cancellationToken);
        return buffer;
    }
}
