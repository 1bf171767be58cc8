using System.Text.RegularExpressions;

namespace CloudWorkstation.Launcher.Doctor;

/// <summary>A program that the product runs, and the oldest version that is known to work.</summary>
public sealed partial record ToolCheck(string Code, string Program, string Arguments, Version? Oldest, string Fix)
{
    private const string Install = "./workstation up installs it on Debian 12, or: apt-get install ";

    public static IReadOnlyList<ToolCheck> All { get; } =
    [
        new("dotnet", "dotnet", "--version", new Version(10, 0, 100), "Install the .NET SDK 10."),
        new("node", "node", "--version", new Version(20, 0), "Install Node.js 20 or newer; it builds the console."),
        new("terraform", Environment.GetEnvironmentVariable("CWS_TERRAFORM__BINARY") is { Length: > 0 } own ? own : "terraform", "version", new Version(1, 10), "Install Terraform 1.10 or newer (1.11.4 is what the tests use), or let ./workstation up download it."),
        new("haproxy", "haproxy", "-v", new Version(2, 6), Install + "haproxy"),
        new("vnc-server", "Xtigervnc", "-version", new Version(1, 12), Install + "tigervnc-standalone-server"),
        new("window-manager", "openbox", "--version", null, Install + "openbox"),
        new("panel", "tint2", "-v", null, Install + "tint2"),
        new("terminal", "xterm", "-version", null, Install + "xterm"),
        new("setpriv", "setpriv", "--version", null, Install + "util-linux"),
    ];

    public async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        var answer = await Probe.RunAsync(Program, Arguments, cancellationToken);
        if (answer is null)
            return new Finding(Code, Verdict.Fail, $"{Program} is not installed", Fix);
        var version = VersionNumber().Match(answer.Output);
        if (Oldest is not null && version.Success && System.Version.Parse(version.Value) < Oldest)
            return new Finding(Code, Verdict.Fail, $"{Program} {version.Value} is older than {Oldest}", Fix);
        return new Finding(Code, Verdict.Ok, version.Success ? $"{Program} {version.Value}" : Program);
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionNumber();
}
