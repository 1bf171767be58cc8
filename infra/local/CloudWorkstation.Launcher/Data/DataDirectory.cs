using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.Launcher.Data;

/// <summary>The one directory of an installation as the launcher sees it: private, and with places for logs and run-time files.</summary>
public sealed record DataDirectory(string Root)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Logs => Path.Combine(Root, "logs");

    public string Run => Path.Combine(Root, "run");

    public string Keys => Path.Combine(Root, "keys");

    public string Router => Path.Combine(Root, "router");

    public string FirstAdmin => Path.Combine(Root, "first-admin.json");

    /// <value>For the set-up page, as long as there is no account.</value>
    public string SetupCode => Path.Combine(Root, "setup-code");

    public static DataDirectory At(string path) => new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <summary>Creates what is missing; refuses a directory that others own or can read.</summary>
    public void Prepare()
    {
        if (File.Exists(Root))
            throw new LauncherException($"{Root} is a file, not a directory.", "Choose another place with --data DIR.");
        CreateDirectory(Root);
        if (Refusal() is { } refusal)
            throw refusal;
        CreateDirectory(Logs);
        CreateDirectory(Run);
    }

    /// <summary>Why this directory cannot be used, or null.</summary>
    public LauncherException? Refusal()
    {
        var mode = File.GetUnixFileMode(Root);
        if ((mode & ~Private) != UnixFileMode.None)
            return new LauncherException($"{Root} is open to other users (mode {Octal(mode)}); it holds private keys.", $"chmod 700 '{Root}'");
        return Native.Owner(Root) != Native.EffectiveUser()
            ? new LauncherException($"{Root} belongs to another user.", $"sudo chown -R $(id -u) '{Root}', or choose another place with --data DIR.")
            : null;
    }

    private static void CreateDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path, Private);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LauncherException($"{path} cannot be created: {failure.Message}", "Choose another place with --data DIR.");
        }
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
