using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// Decides which ClientCutText messages pass. Towards the desktop that is exact. Away from it nothing is cut out of the server's stream, which
/// could only be found by decoding every rectangle; the server is told instead, with the extended clipboard's own words, that this
/// client takes announcements but no data, and the requests for data never reach it.
/// </summary>
internal static class ClipboardFilter
{
    private const uint Caps = 1 << 24;
    private const uint Request = 1 << 25;
    private const uint Peek = 1 << 26;
    private const uint Notify = 1 << 27;
    private const uint Provide = 1 << 28;
    private const uint Text = 1;

    private static readonly byte[] AnnouncementsOnly = CapsMessage(Caps | Notify | Text);
    private static readonly byte[] AnnouncementsAndRequests = CapsMessage(Caps | Notify | Request | Text);

    public static bool Passes(ClipboardRule rule, ReadOnlySpan<byte> header)
    {
        if (rule is ClipboardRule.Both or ClipboardRule.Off)
        {
            return rule == ClipboardRule.Both;
        }

        if (!ClientMessages.IsExtendedCutText(header))
        {
            return rule == ClipboardRule.In;
        }

        var action = BinaryPrimitives.ReadUInt32BigEndian(header[8..]) & (Caps | Request | Peek | Notify | Provide);
        var allowed = rule == ClipboardRule.In ? Notify | Provide : Caps | Request | Peek;
        return action != 0 && (action & ~allowed) == 0;
    }

    /// <summary>What to tell the server after each SetEncodings, in place of the browser's own capabilities; empty when the desktop may give.</summary>
    public static ReadOnlyMemory<byte> Insertion(ClipboardRule rule) => rule switch
    {
        ClipboardRule.Off => AnnouncementsOnly,
        ClipboardRule.In => AnnouncementsAndRequests,
        _ => default,
    };

    // One format (text) with a maximum size of zero: never send it unasked.
    private static byte[] CapsMessage(uint flags)
    {
        var message = new byte[16];
        message[0] = ClientMessages.ClientCutText;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), -8);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), flags);
        return message;
    }
}
