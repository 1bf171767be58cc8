namespace CloudWorkstation.Manager.Terraform.Workspaces;

internal static class DiskFull
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>.NET keeps the error number of the system in the exception's HResult.</summary>
    public static bool Is(Exception exception) => exception is IOException && exception.HResult is NoSpaceLeft or QuotaExceeded;
}
