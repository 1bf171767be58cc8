using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// Finds the moment at which a VNC server first sent pixels: not its clipboard's capabilities, not a bell, and not an update that only says
/// how large the screen is. Asked for each read until it says yes, and never again; servers begin a read with a message while they say little,
/// and where one does not, much data is pixels too.
/// </summary>
internal static class FirstFrame
{
    /// <summary>So much in one session is no clipboard or cursor any more.</summary>
    public const int Much = 64 * 1024;
    private const int UpdateHeader = 4;
    private const int RectangleHeader = 12;

    /// <param name="read">What the server sent at once.</param>
    /// <param name="before">How much it had sent since its handshake.</param>
    public static bool IsIn(ReadOnlySpan<byte> read, long before)
    {
        if (before + read.Length >= Much)
        {
            return true;
        }

        while (read.Length > 0)
        {
            if (read[0] == ServerMessages.FramebufferUpdate)
            {
                return HasPixels(read);
            }

            var length = LengthOf(read);
            if (length <= 0 || length >= read.Length)
            {
                return false;
            }

            read = read[(int)length..];
        }

        return false;
    }

    // The first rectangle decides: what servers say of sizes and cursors they say in updates of their own, or after the pixels.
    private static bool HasPixels(ReadOnlySpan<byte> update)
    {
        if (update.Length < UpdateHeader + RectangleHeader || BinaryPrimitives.ReadUInt16BigEndian(update[2..]) == 0)
        {
            return false;
        }

        var rectangle = update[UpdateHeader..];
        var encoding = BinaryPrimitives.ReadInt32BigEndian(rectangle[8..]);
        return (encoding is >= 0 and < 256 or Encodings.TightPng) && BinaryPrimitives.ReadUInt32BigEndian(rectangle[4..]) != 0;
    }

    /// <summary>Of the short messages that come between updates; 0 where it is not known.</summary>
    private static long LengthOf(ReadOnlySpan<byte> message)
    {
        var header = ServerMessages.HeaderLength(message);
        if (header == 0 || header > message.Length)
        {
            return 0;
        }

        var body = ServerMessages.BodyLength(message[..header]);
        return body < 0 ? 0 : header + body;
    }
}
