namespace CloudWorkstation.DesktopProxy.WebSockets;

/// <summary>Why a session ended: the close code and the one word that the page shows a sentence for.</summary>
/// <param name="Code">RFC 6455 section 7.4; 4000–4999 are ours.</param>
/// <param name="Word">The close frame's reason.</param>
public readonly record struct SessionEnd(ushort Code, string Word)
{
    public static readonly SessionEnd Normal = new(1000, "closed");
    public static readonly SessionEnd GoingAway = new(1001, "restarting");

    /// <summary>The browser broke RFC 6455 itself.</summary>
    public static readonly SessionEnd BadFrame = new(1002, "protocol");

    /// <summary>The browser is gone without a close frame; nobody reads this code.</summary>
    public static readonly SessionEnd Lost = new(1001, "lost");
    public static readonly SessionEnd SignedOut = new(4000, "signed-out");
    public static readonly SessionEnd Stopped = new(4001, "stopped");
    public static readonly SessionEnd Deleted = new(4002, "deleted");
    public static readonly SessionEnd Token = new(4003, "token");
    public static readonly SessionEnd Unreachable = new(4004, "unreachable");
    public static readonly SessionEnd Protocol = new(4005, "protocol");
    public static readonly SessionEnd Replaced = new(4006, "replaced");
    public static readonly SessionEnd Transferred = new(4006, "transferred");
    public static readonly SessionEnd ShareEnded = new(4006, "share-ended");
    public static readonly SessionEnd Policy = new(4006, "policy");

    /// <summary>The desktop itself ended the session: the person logged off there, or it had been idle for too long.</summary>
    public static readonly SessionEnd LoggedOff = new(4007, "logged-off");

    /// <summary>A guest sees the owner's own session, and there is none now: the page waits for it.</summary>
    public static readonly SessionEnd OwnerAway = new(4008, "owner-away");

    /// <summary>What the session may carry has become less: the page comes back at once, under the new rules.</summary>
    public static readonly SessionEnd PolicyChanged = new(4006, "policy-changed");
    public static readonly SessionEnd MaximumSession = new(4006, "maximum-session");

    /// <summary>The desktop is recorded, and its recording cannot be kept.</summary>
    public static readonly SessionEnd Unrecorded = new(4006, "recording");

    /// <summary>A recording is as large as one may be; the page connects again at once, and the next one goes on.</summary>
    public static readonly SessionEnd NextPart = new(4006, "next-part");

    /// <summary>The end for a reason that the api gave; an unknown one is a policy of the api's.</summary>
    public static SessionEnd FromReason(string? reason) => reason switch
    {
        "signed-out" or "signed_out" or "session_ended" or "revoked" or "account_disabled" => SignedOut,
        "stopped" or "stopping" or "desktop_not_running" => Stopped,
        "deleted" or "deleting" or "not_found" => Deleted,
        "token" or "token_used" => Token,
        "unreachable" or "desktop_unreachable" => Unreachable,
        "protocol" => Protocol,
        "replaced" => Replaced,
        "transferred" => Transferred,
        "share-ended" => ShareEnded,
        "policy-changed" => PolicyChanged,
        "maximum-session" => MaximumSession,
        _ => Policy,
    };
}
