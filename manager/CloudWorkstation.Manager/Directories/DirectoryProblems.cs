namespace CloudWorkstation.Manager.Directories;

/// <summary>The refusals of this room, worded once.</summary>
internal static class DirectoryProblems
{
    private const string Minutes = "300";

    public static Problem NotFound(string name) => new(ProblemKind.NotFound, "not_found", $"There is no directory '{name}' that is enabled and lets accounts be made.");

    public static Problem Taken(string userName) => new(ProblemKind.Conflict, "user_name_taken", $"The user name '{userName}' is taken in the directory. Choose another.");

    public static Problem RefusedToWrite(string words) =>
        new(ProblemKind.Conflict, "directory_refused", $"The directory refuses: {words}. An administrator looks at the account that searches, its rights, and where new accounts belong.");

    public static Problem Unavailable(string title) => new(ProblemKind.Unavailable, "directory_unavailable", $"{title} does not answer at the moment. It is tried again.");

    /// <summary>Only after the right password; of a locked account nobody knows whether it was.</summary>
    public static Problem Refused(DirectoryProfile profile, DirectoryStanding standing) => standing switch
    {
        DirectoryStanding.Locked => new(
            ProblemKind.Exhausted, "locked_out", $"This account is locked in {profile.Title} after too many failed attempts. Try again in a few minutes, or ask an administrator.")
        {
            Extensions = new Dictionary<string, string>(StringComparer.Ordinal) { ["retryAfterSeconds"] = Minutes },
        },
        DirectoryStanding.PasswordExpired => new(
            ProblemKind.Forbidden, "password_expired", $"The password is right and no longer valid in {profile.Title}. Change it where you change it otherwise, then sign in."),
        DirectoryStanding.Expired => new(ProblemKind.Forbidden, "account_disabled", $"This account has expired in {profile.Title}. Ask an administrator there to prolong it."),
        DirectoryStanding.NotNow => new(ProblemKind.Forbidden, "account_disabled", $"{profile.Title} does not let this account sign in at this time or from here. Ask an administrator there."),
        _ => new(ProblemKind.Forbidden, "account_disabled", $"This account is disabled in {profile.Title}. Ask an administrator there to enable it."),
    };
}
