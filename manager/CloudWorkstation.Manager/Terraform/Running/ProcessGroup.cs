using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CloudWorkstation.Manager.Terraform.Running;

/// <summary>Signals to a whole process group, which .NET's Process cannot send.</summary>
internal static class ProcessGroup
{
    private const int Nothing = 0;
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int NoSuchProcess = 3;

    public static bool SendInterrupt(int group) => Send(group, Interrupt);

    public static bool SendKill(int group) => Send(group, Kill);

    /// <summary>Whether any process of the group is left; one that died and was not yet reaped counts.</summary>
    public static bool Exists(int group) => Send(group, Nothing);

    /// <summary>False when there is no such group (any more, or yet).</summary>
    private static bool Send(int group, int signal)
    {
        // 0 and 1 would mean our own group and every process.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(group, 1);
        if (kill(-group, signal) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is var error and not NoSuchProcess ? throw new Win32Exception(error) : false;
    }

    // Two ints need no marshalling, so no generated (unsafe) code either.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
