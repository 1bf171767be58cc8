using CloudWorkstation.DesktopProxy.Api;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>What one RFB connection may carry.</summary>
/// <param name="Clipboard">Which way text may go.</param>
/// <param name="IsViewOnly">Nothing of the browser's may reach the desktop.</param>
internal sealed record RfbRules(ClipboardRule Clipboard, bool IsViewOnly = false)
{
    /// <value>The server's stream must be followed: something may have to be left out of it.</value>
    public bool FollowsServer => !Clipboard.AllowsOut();

    /// <value>Something is forbidden, so nobody may be able to hide it in a length that two may understand differently.</value>
    public bool IsStrict => IsViewOnly || Clipboard != ClipboardRule.Both;

    /// <summary>Who may only look gets no text either: it is the clipboard of somebody else.</summary>
    public static RfbRules Of(OpenResponse opened) =>
        new(opened.IsViewOnly ? ClipboardRule.Off : ClipboardRules.Parse(opened.Session?.Clipboard), opened.IsViewOnly);
}
