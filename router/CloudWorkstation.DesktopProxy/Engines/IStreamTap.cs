namespace CloudWorkstation.DesktopProxy.Engines;

/// <summary>
/// Sees what an engine moves, in order. It is called on the pump's own path, so it copies what it wants and returns; it never blocks and never throws.
/// </summary>
internal interface IStreamTap : IDisposable
{
    /// <summary>RFB from ServerInit on, as it was read; whole instructions of Guacamole.</summary>
    void ToBrowser(ReadOnlySpan<byte> bytes);

    /// <summary>Only what the policy let through: the header of one RFB message; whole instructions of Guacamole.</summary>
    void ToDesktop(ReadOnlySpan<byte> bytes);

    /// <summary>A pump asks before it reads on: done at once unless what was seen so far is far from being kept.</summary>
    Task RoomAsync();

    /// <summary>The session ends: no pump is held up any more.</summary>
    void Release();

    /// <summary>The pumps have ended; what was seen is kept, or given up after a few seconds. Never throws.</summary>
    Task FinishAsync(string reason);
}
