using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>The answer to a VNC server's challenge (RFC 6143 section 7.2.2).</summary>
internal static class VncAuthentication
{
    public const int ChallengeBytes = 16;

    /// <summary>
    /// DES-encrypts both halves of the challenge with the password, cut or zero-padded to 8 bytes, the bits of each byte reversed
    /// (RFC 6143 erratum 4951: every implementation does it, the text forgot it).
    /// </summary>
    public static byte[] Respond(ReadOnlySpan<byte> challenge, string password)
    {
        Span<byte> key = stackalloc byte[Des.BlockBytes];
        key.Clear();
        var bytes = Encoding.Latin1.GetBytes(password);
        bytes.AsSpan(0, Math.Min(bytes.Length, key.Length)).CopyTo(key);
        foreach (ref var b in key)
        {
            b = ReverseBits(b);
        }

        var response = new byte[ChallengeBytes];
        Des.EncryptBlock(key, challenge[..Des.BlockBytes], response);
        Des.EncryptBlock(key, challenge[Des.BlockBytes..], response.AsSpan(Des.BlockBytes));
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(bytes);
        return response;
    }

    private static byte ReverseBits(byte value)
    {
        var reversed = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            reversed = (reversed << 1) | ((value >> bit) & 1);
        }

        return (byte)reversed;
    }
}
