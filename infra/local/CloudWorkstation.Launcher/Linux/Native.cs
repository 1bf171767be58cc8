using System.Runtime.InteropServices;

namespace CloudWorkstation.Launcher.Linux;

/// <summary>The few calls of the C library that .NET does not offer.</summary>
internal static partial class Native
{
    public const int Kill = 9;
    public const int Terminate = 15;

    // statx has one layout on every architecture, unlike stat.
    private const int CurrentDirectory = -100;
    private const uint UserMask = 0x8;
    private const int StatusSize = 256;
    private const int UserOffset = 20;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>The user who owns a file or directory.</summary>
    public static uint Owner(string path)
    {
        Span<byte> status = stackalloc byte[StatusSize];
        if (Statx(CurrentDirectory, path, flags: 0, UserMask, ref MemoryMarshal.GetReference(status)) != 0)
            throw new IOException($"{path}: statx failed with error {Marshal.GetLastPInvokeError()}.");
        return MemoryMarshal.Read<uint>(status[UserOffset..]);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte status);
}
