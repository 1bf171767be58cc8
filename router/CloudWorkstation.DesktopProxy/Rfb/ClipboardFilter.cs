using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>What becomes of a message with the clipboard in it.</summary>
internal enum ClipboardVerdict
{
    Pass,

    /// <summary>A program's automatic answer, of no harm and of no use.</summary>
    Drop,

    /// <summary>Somebody sends what the page does not offer.</summary>
    Refuse,
}

/// <summary>
/// Decides which ClientCutText and ServerCutText messages pass. Besides, a server whose clipboard must not come out is told so, with the extended
/// clipboard's own words: this client takes announcements but no data. It need not obey; it only saves sending what is left out.
/// </summary>
internal static class ClipboardFilter
{
    private const uint Caps = 1 << 24;
    private const uint Request = 1 << 25;
    private const uint Peek = 1 << 26;
    private const uint Notify = 1 << 27;
    private const uint Provide = 1 << 28;
    private const uint Text = 1;
    private const uint Formats = 0xFFFF;
    private const uint Actions = 0xFF000000;

    private static readonly byte[] AnnouncementsOnly = CapsMessage(Caps | Notify | Text);
    private static readonly byte[] AnnouncementsAndRequests = CapsMessage(Caps | Notify | Request | Text);

    /// <summary>Judges what the browser sends; noVNC answers the server's questions by itself, so those answers end nothing.</summary>
    public static ClipboardVerdict Judge(ClipboardRule rule, ReadOnlySpan<byte> header)
    {
        if (rule == ClipboardRule.Both)
        {
            return ClipboardVerdict.Pass;
        }

        if (IsText(header))
        {
            return rule.AllowsIn() ? ClipboardVerdict.Pass : ClipboardVerdict.Refuse;
        }

        var action = ActionOf(header);
        return rule.AllowsOut() && action != 0 && (action & ~(Caps | Request | Peek)) == 0 ? ClipboardVerdict.Pass : ClipboardVerdict.Drop;
    }

    /// <summary>Whether the browser sends text or says that it has some, and nothing else.</summary>
    public static bool IsText(ReadOnlySpan<byte> header)
    {
        if (!ClientMessages.IsExtendedCutText(header))
        {
            return true;
        }

        // In a message of capabilities the other actions only say what could be done.
        var flags = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        return (flags & Caps) == 0 && ((flags & Provide) != 0 || ((flags & Notify) != 0 && (flags & Formats) != 0));
    }

    /// <param name="rule">Of the connection.</param>
    /// <param name="extended">The extended clipboard's flags in what the server sends; null for a plain text.</param>
    public static bool PassesOut(ClipboardRule rule, uint? extended)
    {
        if (rule.AllowsOut())
        {
            return true;
        }

        // The server's own capabilities (without them a browser sends what it may send as Latin-1), and its questions where it may answer them.
        return extended is { } flags
            && ((flags & Caps) != 0 || (rule.AllowsIn() && (flags & Actions) != 0 && (flags & Actions & ~(Request | Peek)) == 0));
    }

    /// <summary>What to tell the server after each SetEncodings, in place of the browser's own capabilities; empty when the desktop may give.</summary>
    public static ReadOnlyMemory<byte> Insertion(ClipboardRule rule) => rule switch
    {
        ClipboardRule.Off => AnnouncementsOnly,
        ClipboardRule.In => AnnouncementsAndRequests,
        _ => default,
    };

    private static uint ActionOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header[8..]) & Actions;

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
