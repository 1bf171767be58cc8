using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>The start of an RFB session (RFC 6143): enough to see that a screen answers, asks for a password, and takes the right one.</summary>
internal static class RfbProbe
{
    private const byte VncAuthentication = 2;

    /// <summary>True when the server offers VNC authentication alone and accepts the password.</summary>
    public static async Task<bool> SignInAsync(int port, string password, CancellationToken cancellationToken)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        var stream = client.GetStream();
        var greeting = await ReadAsync(stream, 12, cancellationToken);
        Encoding.ASCII.GetString(greeting).ShouldStartWith("RFB 003.");
        await stream.WriteAsync("RFB 003.008\n"u8.ToArray(), cancellationToken);
        var types = await ReadAsync(stream, (await ReadAsync(stream, 1, cancellationToken))[0], cancellationToken);
        types.ShouldBe([VncAuthentication]);
        await stream.WriteAsync(new[] { VncAuthentication }, cancellationToken);
        var challenge = await ReadAsync(stream, 16, cancellationToken);
        await stream.WriteAsync(Answer(challenge, password), cancellationToken);
        return (await ReadAsync(stream, 4, cancellationToken)).All(part => part == 0);
    }

    // The protocol's own: DES with the password's bits reversed.
    private static byte[] Answer(byte[] challenge, string password)
    {
#pragma warning disable CA5351 // RFC 6143 knows nothing stronger
        using var des = DES.Create();
#pragma warning restore CA5351
        var key = new byte[8];
        Encoding.ASCII.GetBytes(password).AsSpan(0, Math.Min(8, password.Length)).CopyTo(key);
        des.Key = [.. key.Select(Reverse)];
        return des.EncryptEcb(challenge, PaddingMode.None);
    }

    private static byte Reverse(byte value)
    {
        var result = 0;
        for (var bit = 0; bit < 8; bit++)
            result |= ((value >> bit) & 1) << (7 - bit);
        return (byte)result;
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
