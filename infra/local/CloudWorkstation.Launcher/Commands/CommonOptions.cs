using System.CommandLine;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Commands;

/// <summary>Options that more than one command has.</summary>
internal static class CommonOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "The directory that holds everything of this installation.",
        DefaultValueFactory = _ => DefaultDataDirectory(),
    };

    public static Option<int> Port() => new("--port")
    {
        Description = "Public port; the services behind it take the next four.",
        DefaultValueFactory = _ => StackOptions.DefaultPort,
    };

    public static Option<string?> Guacd() => new("--guacd") { Description = "guacd's host:port, for desktops of RDP and SSH; none switches off the one that is found on 127.0.0.1:4822." };

    private static string DefaultDataDirectory()
    {
        var configured = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(string.IsNullOrEmpty(configured) ? Path.Combine(home, ".local/share") : configured, "cloudworkstation");
    }

    public static DataDirectory Directory(ParseResult parsed, Option<string> option) => DataDirectory.At(parsed.GetRequiredValue(option));
}
