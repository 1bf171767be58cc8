using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.Rfb;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// A session's policy in the words of this engine. What is absent or unknown is closed. A guest, or an administrator who looks, is at somebody else's session.
/// </summary>
internal sealed record GuacamoleRules(ClipboardRule Clipboard, bool Upload, bool Download, long UploadMaximum, long DownloadMaximum, bool IsViewOnly, bool IsGuest = false)
{
    private const long Megabyte = 1 << 20;

    /// <summary>Somebody who may look only neither sends nor takes files or clipboards, whatever the policy allows to others.</summary>
    public static GuacamoleRules Of(OpenResponse opened, bool isGuest)
    {
        var (session, view) = (opened.Session, opened.IsViewOnly);
        return new GuacamoleRules(
            view ? ClipboardRule.Off : ClipboardRules.Parse(session?.Clipboard),
            !view && session?.Files is "both" or "upload",
            !view && session?.Files is "both" or "download",
            (session?.UploadMaximumMegabytes * Megabyte) ?? long.MaxValue,
            (session?.DownloadMaximumMegabytes * Megabyte) ?? long.MaxValue,
            view,
            isGuest);
    }

    public bool CanPaste => Clipboard.HasFlag(ClipboardRule.In);

    public bool CanCopy => Clipboard.HasFlag(ClipboardRule.Out);

    public bool CanSeeFiles => Upload || Download;
}
