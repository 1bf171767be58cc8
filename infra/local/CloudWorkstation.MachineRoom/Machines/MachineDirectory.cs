using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.MachineRoom.Machines;

/// <summary>The disk of a machine: it stays while the instance is stopped and goes with the instance.</summary>
public static class MachineDirectory
{
    public static string Of(DataDirectory data, string instance) => Path.Combine(Above(data), instance);

    public static void RemoveAllBut(DataDirectory data, IReadOnlySet<string> instances)
    {
        if (!Directory.Exists(Above(data)))
            return;
        foreach (var directory in Directory.EnumerateDirectories(Above(data)).Where(directory => !instances.Contains(Path.GetFileName(directory))))
            Remove(directory);
    }

    private static string Above(DataDirectory data) => Path.Combine(data.Root, "machines");

    private static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (IOException)
        {
            // A program that is just ending still wrote into it; the next look finds it again.
        }
    }
}
