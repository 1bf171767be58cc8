using CloudWorkstation.DesktopProxy.Recording;

namespace CloudWorkstation.DesktopProxy.Api;

/// <summary>What a session may carry. An absent or unknown word closes what it is about.</summary>
internal sealed record SessionPolicy
{
    public string? Clipboard { get; init; }

    public string? Files { get; init; }

    /// <value>Megabytes of the largest file that goes in; null for no limit.</value>
    public int? UploadMaximumMegabytes { get; init; }

    /// <value>Megabytes of the largest file that comes out; null for no limit.</value>
    public int? DownloadMaximumMegabytes { get; init; }

    public string? Recording { get; init; }

    public int? MaximumSessionMinutes { get; init; }
}

/// <summary>The api's agreement to one connection; what is absent restricts nothing, but for the session's own words.</summary>
internal sealed record OpenResponse
{
    public SessionPolicy? Session { get; init; }

    public int? HeartbeatSeconds { get; init; }

    /// <value><c>view</c> for who may look only; absent means control.</value>
    public string? Access { get; init; }

    /// <value>User name of who is looking.</value>
    public string? Viewer { get; init; }

    /// <value>When the connection has lasted as long as it may.</value>
    public DateTimeOffset? EndsAt { get; init; }

    /// <value>The recording that must be made; null for none.</value>
    public RecordingOrder? Recording { get; init; }

    public bool IsViewOnly => Access is not (null or "control");
}
