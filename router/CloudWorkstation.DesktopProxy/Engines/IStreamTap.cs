namespace CloudWorkstation.DesktopProxy.Engines;

/// <summary>
/// Sees what an engine moves, in order: RFB from ServerInit on, as it was read; whole instructions of Guacamole. It is called on the pump's own path, so it copies
/// what it wants and returns; it never blocks and never throws.
/// </summary>
internal interface IStreamTap
{
    void ToBrowser(ReadOnlySpan<byte> bytes);

    /// <summary>Only what the policy let through.</summary>
    void ToDesktop(ReadOnlySpan<byte> bytes);
}
