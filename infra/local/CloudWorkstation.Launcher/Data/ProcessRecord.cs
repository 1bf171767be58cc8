using System.Text.Json;
using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.Launcher.Data;

/// <summary>A process noted in the data directory. The start time keeps a recycled number from being mistaken for it.</summary>
/// <param name="Url">Where the product answers; only in the launcher's own record.</param>
public sealed record ProcessRecord(string Name, int Process, long StartTime, string? Url = null)
{
    private const string Extension = ".pid.json";

    public bool IsAlive => ProcessTable.IsAlive(Process, StartTime);

    public static ProcessRecord OfThis(string name, string url) => new(name, Environment.ProcessId, ProcessTable.StartTime(Environment.ProcessId) ?? 0, url);

    public void Save(DataDirectory data)
    {
        var path = PathOf(data, Name);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this));
        File.Move(path + ".new", path, overwrite: true);
    }

    public static void Remove(DataDirectory data, string name) => File.Delete(PathOf(data, name));

    public static ProcessRecord? Load(DataDirectory data, string name) => Read(PathOf(data, name));

    public static IReadOnlyList<ProcessRecord> LoadAll(DataDirectory data) =>
        Directory.Exists(data.Run) ? [.. Directory.EnumerateFiles(data.Run, "*" + Extension).Select(Read).OfType<ProcessRecord>()] : [];

    private static ProcessRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ProcessRecord>(File.ReadAllText(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            // Half a file after a crash or a full disk says nothing; the search by environment finds the process.
            return null;
        }
    }

    private static string PathOf(DataDirectory data, string name) => Path.Combine(data.Run, name + Extension);
}
