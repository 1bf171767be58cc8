using System.CommandLine;
using CloudWorkstation.Launcher;
using CloudWorkstation.Launcher.Commands;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

var root = new RootCommand("Runs CloudWorkstation on one machine.") { UpCommand.Create(), DownCommand.Create(), DoctorCommand.Create(), ConfigCommand.Create() };
try
{
    // No termination time-out of the library's own: `up` stops its services in order and says so.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (LauncherException refusal)
{
    await Console.Error.WriteLineAsync($"workstation: {refusal.Message}");
    if (refusal.Fix is { } fix)
        await Console.Error.WriteLineAsync($"  {fix}");
    return 1;
}
