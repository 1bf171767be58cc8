using System.ComponentModel.DataAnnotations;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Settings of recordings: <c>CWS_RECORDINGS__…</c>.</summary>
public sealed record RecordingOptions
{
    public const string Section = "Recordings";

    /// <value>S3 bucket that recordings are kept in; null for the data directory.</value>
    public string? Bucket { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    /// <value>What the keys of the bucket's objects begin with. The default value is <c>recordings</c>.</value>
    public string Prefix { get; init => field = value.Trim('/'); } = "recordings";

    /// <value>The bucket's region; null for the process's own.</value>
    public string? Region { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    /// <value>KMS key that S3 encrypts with besides; null for S3's own.</value>
    public string? KmsKey { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    /// <value>A recording of more megabytes ends, and the next one goes on. The default value is 2048.</value>
    [Range(1, 1_000_000)]
    public int MaximumMegabytes { get; init; } = 2048;

    /// <value>A recording of more hours ends, and the next one goes on. The default value is 12.</value>
    [Range(1, 720)]
    public int MaximumHours { get; init; } = 12;

    /// <value>No recording is kept for more days, whatever a template or a policy says. The default value is 3650.</value>
    [Range(1, 3650)]
    public int LongestDays { get; init; } = 3650;

    /// <value>A chunk has at most so many kilobytes of records: less is lost with a desktop proxy that is killed, and there are more of them. The default value is 256.</value>
    [Range(1, 256)]
    public int ChunkKilobytes { get; init; } = 256;

    /// <value>While all recordings together have more gigabytes, no desktop opens that must be recorded; 0 for no limit. The default value is 0.</value>
    [Range(0, 10_000_000)]
    public int QuotaGigabytes { get; init; }
}
