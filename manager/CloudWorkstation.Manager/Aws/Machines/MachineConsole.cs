using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Aws.Machines;

/// <summary>What a machine that does not come up has to say.</summary>
internal interface IMachineConsole
{
    /// <summary>The cause with the end of the machine's serial console among its diagnostics; more of it goes to the log. A refusal of AWS changes nothing.</summary>
    Task<FailureCause> ExplainAsync(Machine? machine, FailureCause cause, string password, IJournal journal, CancellationToken cancellationToken);
}

internal sealed class MachineConsole(IAwsClients clients) : IMachineConsole
{
    private const int MostLines = 100;
    private const int LinesInDiagnostic = 20;

    public async Task<FailureCause> ExplainAsync(Machine? machine, FailureCause cause, string password, IJournal journal, CancellationToken cancellationToken)
    {
        if (machine is not { Provider: "aws" })
        {
            return cause;
        }

        try
        {
            var ec2 = clients.Ec2(machine.Region);
            var instance = await ec2.InstanceAsync(machine.Instance, cancellationToken);
            var state = new TerraformDiagnostic("error", $"Instance {machine.Instance}", State(instance), null, null, null);
            var lines = Lines(await ec2.ConsoleOutputAsync(machine.Instance, cancellationToken), password);
            if (lines.Count == 0)
            {
                return cause with { Diagnostics = [.. cause.Diagnostics, state] };
            }

            journal.Log("warn", $"The last {lines.Count} lines of the serial console of {machine.Instance}:");
            lines.ForEach(line => journal.Log("warn", line));
            var end = string.Join('\n', lines.TakeLast(LinesInDiagnostic));
            return cause with { Diagnostics = [.. cause.Diagnostics, state, new TerraformDiagnostic("error", "Serial console", end, null, null, null)] };
        }
        catch (AwsException e)
        {
            journal.Log("warn", $"The machine's serial console could not be read: {e.Code}");
            return cause;
        }
    }

    private static string State(Ec2.Ec2Instance? instance) => instance is null
        ? "It does not exist any more."
        : $"It is {instance.State.ToString().ToLowerInvariant()}.{(instance.StateReason is { } reason ? $" {reason.Code}: {reason.Message}" : "")}";

    private static List<string> Lines(string? output, string password)
    {
        var redactor = new Redactor([password]);
        return [.. (output ?? "").Split('\n').Select(l => redactor.Redact(l.TrimEnd('\r'))).Where(l => !string.IsNullOrWhiteSpace(l)).TakeLast(MostLines)];
    }
}
