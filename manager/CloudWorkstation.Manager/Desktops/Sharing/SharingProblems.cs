namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>The refusals of this folder.</summary>
internal static class SharingProblems
{
    /// <summary>Whether it never was, has run out, was revoked or is for somebody else: who holds a link that does not work learns nothing more.</summary>
    public static Problem Unavailable { get; } =
        new(ProblemKind.NotFound, "share_unavailable", "This link does not work: it has expired, was ended, or is for somebody else. Ask the person who sent it for another.");

    public static Problem Off { get; } =
        new(ProblemKind.Forbidden, "sharing_off", "The rules of this desktop do not allow sharing it.");

    public static Problem TooMany { get; } = new(
        ProblemKind.Conflict,
        "too_many_shares",
        $"This desktop has {ShareRules.MostShares} shares that work, and there may be no more. End one of them, or wait until one expires.");

    public static Problem NotOwner { get; } =
        new(ProblemKind.Forbidden, "forbidden", "Only its owner shares a desktop and decides who watches.");

    public static Problem WatchOff { get; } =
        new(ProblemKind.Forbidden, "watch_off", "The rules of this desktop let nobody see its screen but its owner and those with whom the owner shares it.");

    public static Problem WatchRefused { get; } =
        new(ProblemKind.Forbidden, "watch_refused", "The owner has just refused. Talk to them before you ask again in a minute.");

    public static Problem Answered { get; } =
        new(ProblemKind.Conflict, "conflict", "It was answered already, or nobody answered in time.");

    public static Problem OwnerAbsent(string owner) =>
        new(ProblemKind.Conflict, "owner_absent", $"{owner} is not connected to this desktop, so nobody can allow you to see it. Ask them to open it, then try again.");

    /// <summary>A screen that lets in one session only is seen by joining its owner's; a guest's page waits for it, an administrator asks again.</summary>
    public static Problem NothingToJoin(string owner, bool isLook) => new(
        ProblemKind.Conflict,
        isLook ? "owner_absent" : "owner_away",
        $"{owner} is not connected to this desktop, so there is no session that you could see. {(isLook ? "Ask them to open it, then try again." : "You will see it when they are.")}");

    public static Problem Asked(string owner, WatchRequest request) =>
        new(ProblemKind.Conflict, "consent_pending", $"{owner} is being asked whether you may see this desktop.")
        {
            Extensions = new Dictionary<string, string> { ["request"] = request.Id },
        };
}
