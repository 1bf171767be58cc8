namespace CloudWorkstation.Launcher.Data;

/// <summary>
/// One running stack per data directory. The kernel drops the lock with the process that holds it, so a killed launcher leaves nothing to clear by hand.
/// </summary>
public sealed class InstanceLock : IDisposable
{
    private readonly FileStream _file;

    private InstanceLock(FileStream file) => _file = file;

    /// <summary>Null when another launcher holds it.</summary>
    public static InstanceLock? TryTake(DataDirectory data)
    {
        try
        {
            return new InstanceLock(new FileStream(Path.Combine(data.Run, "launcher.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
