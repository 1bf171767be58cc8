using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>The answer to a VNC authentication challenge (RFC 6143 section 7.2.2).</summary>
internal static class VncAuth
{
    public const int ChallengeBytes = 16;

    /// <summary>DES in ECB mode over the challenge; the key is the password's first 8 bytes with each byte's bits mirrored.</summary>
    public static byte[] Respond(ReadOnlySpan<byte> challenge, string password)
    {
        Span<byte> key = stackalloc byte[8];
        key.Clear();
        var bytes = Encoding.ASCII.GetBytes(password);
        for (var i = 0; i < Math.Min(8, bytes.Length); i++)
        {
            key[i] = Mirror(bytes[i]);
        }

#pragma warning disable CA5351 // The protocol prescribes DES; the password never leaves the private network between proxy and desktop.
        using var des = DES.Create();
#pragma warning restore CA5351
        des.Key = key.ToArray();
        return des.EncryptEcb(challenge, PaddingMode.None);
    }

    private static byte Mirror(byte value)
    {
        var mirrored = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            mirrored = (mirrored << 1) | ((value >> bit) & 1);
        }

        return (byte)mirrored;
    }
}
