namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>What the template's session policy lets the clipboard do.</summary>
[Flags]
internal enum ClipboardRule
{
    Off = 0,

    /// <summary>From the person's computer into the desktop.</summary>
    In = 1,

    /// <summary>From the desktop to the person's computer.</summary>
    Out = 2,
    Both = In | Out,
}

internal static class ClipboardRules
{
    /// <summary>An unknown word closes the clipboard: a policy is never widened by a misunderstanding.</summary>
    public static ClipboardRule Parse(string? word) => word switch
    {
        "both" => ClipboardRule.Both,
        "in" => ClipboardRule.In,
        "out" => ClipboardRule.Out,
        _ => ClipboardRule.Off,
    };

    public static bool AllowsIn(this ClipboardRule rule) => (rule & ClipboardRule.In) != ClipboardRule.Off;

    public static bool AllowsOut(this ClipboardRule rule) => (rule & ClipboardRule.Out) != ClipboardRule.Off;
}
