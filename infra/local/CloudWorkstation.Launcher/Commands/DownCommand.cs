using System.CommandLine;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Commands;

/// <summary>Stops what `up` started on a data directory, from any terminal, also when the launcher itself was killed.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var command = new Command("down", "Stops everything that `up` started.") { data };
        command.SetAction((parsed, _) => RunAsync(CommonOptions.Directory(parsed, data)));
        return command;
    }

    private static async Task<int> RunAsync(DataDirectory data)
    {
        var leftovers = new Leftovers(data, TimeProvider.System);
        var ended = 0;
        if (ProcessRecord.Load(data, "launcher") is { IsAlive: true } launcher)
            ended += await leftovers.EndAsync([launcher], TimeSpan.FromSeconds(30));
        ended += await leftovers.EndAsync([.. leftovers.Services(), .. leftovers.Desktops()], TimeSpan.FromSeconds(12));
        foreach (var record in ProcessRecord.LoadAll(data))
            ProcessRecord.Remove(data, record.Name);
        Console.WriteLine(ended == 0 ? $"workstation: nothing was running on {data.Root}" : $"workstation: stopped ({data.Root})");
        return 0;
    }
}
