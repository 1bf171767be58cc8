using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Policies;

/// <summary>
/// What "stricter" means, member by member: less may go in or out, fewer may look, more is recorded and for a shorter time, times are shorter.
/// A word that nobody knows counts as the strictest.
/// </summary>
internal static class SessionRules
{
    public const int MostMegabytes = 10_240;
    public const int MostRetentionDays = 3_650;
    public const int MostMinutes = 7 * 24 * 60;

    /// <value>From the widest to the strictest.</value>
    public static IReadOnlyList<string> Sharing { get; } = ["control", "view", "off"];

    /// <inheritdoc cref="Sharing"/>
    public static IReadOnlyList<string> Recording { get; } = ["off", "screen", "keys"];

    /// <inheritdoc cref="Sharing"/>
    public static IReadOnlyList<string> AdminWatch { get; } = ["tell", "consent", "off"];

    public static IReadOnlyList<string> Clipboard { get; } = ["both", "in", "out", "off"];

    public static IReadOnlyList<string> Files { get; } = ["both", "upload", "download", "off"];

    /// <value>Narrows nothing.</value>
    public static SessionPolicy Widest { get; } = new() { AdminWatch = AdminWatch[0] };

    /// <summary>The stricter of the two in every member.</summary>
    public static SessionPolicy Narrow(SessionPolicy one, SessionPolicy other) => new()
    {
        Clipboard = Both(one.Clipboard, other.Clipboard, Clipboard),
        Files = Both(one.Files, other.Files, Files),
        UploadMaximumMegabytes = Least(one.UploadMaximumMegabytes, other.UploadMaximumMegabytes),
        DownloadMaximumMegabytes = Least(one.DownloadMaximumMegabytes, other.DownloadMaximumMegabytes),
        Sharing = Stricter(one.Sharing, other.Sharing, Sharing),
        Recording = Stricter(one.Recording, other.Recording, Recording),
        RecordingRetentionDays = Least(one.RecordingRetentionDays, other.RecordingRetentionDays),
        Watermark = one.Watermark || other.Watermark,
        AdminWatch = Stricter(one.AdminWatch, other.AdminWatch, AdminWatch),
        IdleStopMinutes = Least(one.IdleStopMinutes, other.IdleStopMinutes),
        MaximumSessionMinutes = Least(one.MaximumSessionMinutes, other.MaximumSessionMinutes),
    };

    /// <summary>Whether a connection that was opened under <paramref name="opened"/> carries what <paramref name="now"/> forbids, so that it must begin again.</summary>
    public static bool IsOutgrown(SessionPolicy opened, SessionPolicy now)
    {
        // Neither has anything to do with what the connection carries.
        var then = opened with { IdleStopMinutes = null, RecordingRetentionDays = null };
        return Narrow(then, now with { IdleStopMinutes = null, RecordingRetentionDays = null }) != then;
    }

    // The words of the two directions stand at 1 and 2: what is left is what both allow.
    private static string Both(string one, string other, IReadOnlyList<string> words) => words[3 - (Directions(one, words) & Directions(other, words))];

    private static int Directions(string word, IReadOnlyList<string> words) => Math.Max(0, 3 - Place(word, words));

    private static string Stricter(string one, string other, IReadOnlyList<string> words) => words[Math.Max(Place(one, words), Place(other, words))];

    private static int Place(string word, IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (string.Equals(words[i], word, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return words.Count - 1;
    }

    private static int? Least(int? one, int? other) => one is null ? other : other is null || one < other ? one : other;
}
