using System.Globalization;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Policies;

/// <summary>Finds for each member of a policy who made it what it is.</summary>
internal static class PolicyReasons
{
    private static readonly (string Name, Func<SessionPolicy, string?> Value)[] Members =
    [
        ("clipboard", p => p.Clipboard),
        ("files", p => p.Files),
        ("uploadMaximumMegabytes", p => Text(p.UploadMaximumMegabytes)),
        ("downloadMaximumMegabytes", p => Text(p.DownloadMaximumMegabytes)),
        ("sharing", p => p.Sharing),
        ("recording", p => p.Recording),
        ("recordingRetentionDays", p => Text(p.RecordingRetentionDays)),
        ("watermark", p => p.Watermark ? "true" : "false"),
        ("adminWatch", p => p.AdminWatch),
        ("idleStopMinutes", p => Text(p.IdleStopMinutes)),
        ("maximumSessionMinutes", p => Text(p.MaximumSessionMinutes)),
    ];

    public static ExplainedPolicy Of(IReadOnlyList<(PolicySource Source, SessionPolicy Policy)> parts)
    {
        var session = parts.Select(p => p.Policy).Aggregate(SessionRules.Narrow);
        return new ExplainedPolicy(session, [.. Members.Select(m => Of(m.Name, m.Value, session, parts))]);
    }

    private static ExplainedMember Of(string name, Func<SessionPolicy, string?> value, SessionPolicy session, IReadOnlyList<(PolicySource Source, SessionPolicy Policy)> parts)
    {
        var (outcome, free) = (value(session), value(SessionRules.Widest));
        var restricting = parts.Where(p => value(p.Policy) != free).ToList();
        var alone = restricting.Where(p => value(p.Policy) == outcome).ToList();

        // In by the one and out by the other is off by both together.
        return new ExplainedMember(name, outcome, [.. (alone.Count > 0 ? alone : restricting).Select(p => p.Source)]);
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
