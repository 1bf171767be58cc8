using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Policies;

/// <summary>Section <c>session-policies</c>: what the members of groups may do less than their desktops' templates allow.</summary>
public sealed record SessionPoliciesSettings
{
    /// <value>Each that matches counts; among several the stricter, member by member.</value>
    public IReadOnlyList<GroupSessionPolicy> Policies { get; init; } = [];

    public static IReadOnlyList<FieldError> Check(SessionPoliciesSettings settings) => [.. SessionPolicyChecks.Of(settings.Policies)];
}

/// <summary>One policy; members that are left out restrict nothing.</summary>
public sealed record GroupSessionPolicy
{
    /// <value>Unique; people read it as the reason why something is off.</value>
    public string Name { get; init; } = "";

    /// <value>It counts for the desktops of everybody who is in one of these.</value>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <value><c>both</c>, <c>in</c>, <c>out</c> or <c>off</c>.</value>
    public string? Clipboard { get; init; }

    /// <value><c>both</c>, <c>upload</c>, <c>download</c> or <c>off</c>.</value>
    public string? Files { get; init; }

    /// <value>Megabytes of the largest file that goes in.</value>
    public int? UploadMaximumMegabytes { get; init; }

    /// <value>Megabytes of the largest file that comes out.</value>
    public int? DownloadMaximumMegabytes { get; init; }

    /// <value><c>control</c>, <c>view</c> or <c>off</c>.</value>
    public string? Sharing { get; init; }

    /// <value><c>off</c>, <c>screen</c> or <c>keys</c>.</value>
    public string? Recording { get; init; }

    /// <value>Days that a recording is kept.</value>
    public int? RecordingRetentionDays { get; init; }

    /// <value>The viewer's name over the screen.</value>
    public bool? Watermark { get; init; }

    /// <value><c>tell</c>, <c>consent</c> or <c>off</c>.</value>
    public string? AdminWatch { get; init; }

    /// <value>Minutes without input after which the desktop is stopped.</value>
    public int? IdleStopMinutes { get; init; }

    /// <value>Minutes after which a connection ends.</value>
    public int? MaximumSessionMinutes { get; init; }

    internal SessionPolicy ToPolicy() => new()
    {
        Clipboard = Clipboard ?? SessionRules.Widest.Clipboard,
        Files = Files ?? SessionRules.Widest.Files,
        UploadMaximumMegabytes = UploadMaximumMegabytes,
        DownloadMaximumMegabytes = DownloadMaximumMegabytes,
        Sharing = Sharing ?? SessionRules.Widest.Sharing,
        Recording = Recording ?? SessionRules.Widest.Recording,
        RecordingRetentionDays = RecordingRetentionDays,
        Watermark = Watermark ?? SessionRules.Widest.Watermark,
        AdminWatch = AdminWatch ?? SessionRules.Widest.AdminWatch,
        IdleStopMinutes = IdleStopMinutes,
        MaximumSessionMinutes = MaximumSessionMinutes,
    };

    internal bool CountsFor(IReadOnlyList<string> groups) => Groups.Intersect(groups, StringComparer.Ordinal).Any();
}
