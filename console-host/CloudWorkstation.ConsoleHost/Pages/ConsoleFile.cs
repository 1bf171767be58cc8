namespace CloudWorkstation.ConsoleHost.Pages;

/// <summary>One file of the console with its compressed forms, whole in memory: all of them together are about two megabytes.</summary>
public sealed record ConsoleFile
{
    public required string ContentType { get; init; }

    public required byte[] Plain { get; init; }

    public byte[]? Brotli { get; init; }

    public byte[]? Gzip { get; init; }

    /// <value>Hash of the plain content, without quotes.</value>
    public required string Tag { get; init; }

    /// <value>The name holds a hash of the content, so a browser may keep the file for good.</value>
    public required bool Immutable { get; init; }
}
