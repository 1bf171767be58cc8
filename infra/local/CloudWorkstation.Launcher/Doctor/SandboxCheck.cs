namespace CloudWorkstation.Launcher.Doctor;

/// <summary>Whether desktops of this machine can be kept apart from each other and from the data directory.</summary>
internal static class SandboxCheck
{
    private const string Try = "--unshare-user --unshare-pid --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp -- true";

    public static async Task<Finding> RunAsync(CancellationToken cancellationToken) => await Probe.RunAsync("bwrap", Try, cancellationToken) switch
    {
        null => new Finding("sandbox", Verdict.Warn, "bubblewrap is not installed; desktops run without isolation", "apt-get install bubblewrap"),
        { ExitCode: 0 } => new Finding("sandbox", Verdict.Ok, "desktops run in a bubblewrap sandbox of their own"),
        var refused => new Finding(
            "sandbox",
            Verdict.Warn,
            $"bubblewrap does not work here ({refused.Output.Trim()}); desktops run without isolation and can read this user's files",
            "Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1), or give employees desktops on other machines."),
    };
}
