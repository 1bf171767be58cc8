namespace CloudWorkstation.DesktopProxy.Guacamole;

internal static class Blobs
{
    /// <summary>Bytes that a blob's base64 stands for, without decoding it.</summary>
    public static long Size(ReadOnlySpan<byte> base64) => (base64.TrimEnd((byte)'=').Length * 3L) / 4;
}
