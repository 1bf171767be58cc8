using System.CommandLine;
using CloudWorkstation.Launcher.Doctor;

namespace CloudWorkstation.Launcher.Commands;

/// <summary>Looks at everything that `up` needs and what runs, and says for each what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var port = CommonOptions.Port();
        var guacd = CommonOptions.Guacd();
        var command = new Command("doctor", "Checks this machine and the running stack.") { data, port, guacd };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var failed = false;
            await foreach (var finding in Examination.RunAsync(CommonOptions.Directory(parsed, data), parsed.GetValue(port), parsed.GetValue(guacd), cancellationToken))
            {
                Print(finding);
                failed |= finding.Verdict == Verdict.Fail;
            }

            return failed ? 1 : 0;
        });
        return command;
    }

    private static void Print(Finding finding)
    {
        Console.WriteLine($"{finding.Verdict switch { Verdict.Ok => "ok  ", Verdict.Warn => "WARN", _ => "FAIL" }}  {finding.Code,-16} {finding.Text}");
        if (finding.Fix is { } fix)
            Console.WriteLine($"                        -> {fix}");
    }
}
