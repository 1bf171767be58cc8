namespace CloudWorkstation.Manager.Templates;

/// <summary>
/// What a session may carry, and what happens beside it: as a template says it, or as it comes out for one desktop when its owner's groups
/// have narrowed it.
/// </summary>
public sealed record SessionPolicy
{
    /// <value>Days that a recording is kept when nobody says. The value is 30.</value>
    public const int UsualRetentionDays = 30;

    /// <value>
    /// For a desktop whose template version nobody knows (any more): whatever it allowed, this allows less, and what it would have recorded of
    /// the screen is recorded. Its limits of time stay open: stopping the desktop would protect nothing.
    /// </value>
    public static SessionPolicy Nothing { get; } = new()
    {
        Clipboard = "off",
        Files = "off",
        UploadMaximumMegabytes = 1,
        DownloadMaximumMegabytes = 1,
        Sharing = "off",
        Recording = "screen",
        Watermark = true,
        AdminWatch = "off",
    };

    /// <value><c>both</c>, <c>in</c> (to the desktop), <c>out</c> (from it) or <c>off</c>. The default value is <c>both</c>.</value>
    public string Clipboard { get; init; } = "both";

    /// <value><c>both</c>, <c>upload</c>, <c>download</c> or <c>off</c>. The default value is <c>both</c>.</value>
    public string Files { get; init; } = "both";

    /// <value>Megabytes of the largest file that goes in; null for no limit.</value>
    public int? UploadMaximumMegabytes { get; init; }

    /// <value>Megabytes of the largest file that comes out; null for no limit.</value>
    public int? DownloadMaximumMegabytes { get; init; }

    /// <value>The most that a share of the session may give: <c>control</c>, <c>view</c> or <c>off</c>. The default value is <c>control</c>.</value>
    public string Sharing { get; init; } = "control";

    /// <value><c>off</c>, <c>screen</c> or <c>keys</c> (screen and keys). The default value is <c>off</c>.</value>
    public string Recording { get; init; } = "off";

    /// <value>Days that a recording is kept; null for <see cref="UsualRetentionDays"/>.</value>
    public int? RecordingRetentionDays { get; init; }

    /// <value>The viewer's name over the screen. The default value is false.</value>
    public bool Watermark { get; init; }

    /// <value>
    /// Whether administrators may watch: <c>consent</c> (the person must agree), <c>tell</c> (the person is told) or <c>off</c> (nobody may).
    /// The default value is <c>consent</c>.
    /// </value>
    public string AdminWatch { get; init; } = "consent";

    /// <value>Minutes without input after which the desktop is stopped; null for never.</value>
    public int? IdleStopMinutes { get; init; }

    /// <value>Minutes after which a connection ends, whatever happens in it; null for never. The person may connect again.</value>
    public int? MaximumSessionMinutes { get; init; }
}
