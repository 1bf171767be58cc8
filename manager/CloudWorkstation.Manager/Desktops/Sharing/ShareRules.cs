using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>When a share works, for whom, and what it gives.</summary>
internal static class ShareRules
{
    public const int MostShares = 20;
    public const int MostPeople = 20;
    public const int MostUses = 20;

    public static readonly TimeSpan Usual = TimeSpan.FromHours(1);
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>A share ends with its time, with its desktop's next operation (a stop, a deletion, an update) and with another owner.</summary>
    public static bool Lives(Share share, Desktop desktop, DateTimeOffset now) =>
        share.ExpiresAt > now && share.Owner == desktop.Owner && desktop.Status == DesktopStatus.Running && share.Operation == desktop.LastOperation;

    public static bool IsFor(Share share, string account) =>
        account != share.Owner
        && !share.Removed.Contains(account, StringComparer.Ordinal)
        && (share.TakenBy is null || share.TakenBy.Id == account)
        && (share.People.Count == 0 || share.People.Any(p => p.Id == account));

    /// <summary>What the rules of the desktop leave of a share; null for nothing.</summary>
    public static ScreenAccess? Narrowed(Share share, SessionPolicy policy) => share.IsWatch
        ? policy.AdminWatch is "consent" or "tell" ? ScreenAccess.View : null
        : Most(policy) is { } most ? (ScreenAccess)Math.Min((int)share.Access, (int)most) : null;

    /// <summary>The most that a share may give; null where there is no sharing.</summary>
    public static ScreenAccess? Most(SessionPolicy policy) => policy.Sharing switch
    {
        "control" => ScreenAccess.Control,
        "view" => ScreenAccess.View,
        _ => null,
    };

    public static string Word(ScreenAccess access) => access == ScreenAccess.Control ? "control" : "view";
}
