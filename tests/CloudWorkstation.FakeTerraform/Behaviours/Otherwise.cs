using System.Diagnostics;

namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>What happens where the script says nothing: the real Terraform, or success.</summary>
internal sealed class Otherwise : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        if (invocation.Script.Real is not { } real)
            return invocation.Command is "apply" or "destroy" ? new Succeed().Run(invocation, step) : 0;
        // The real one gets the interrupts of the process group itself, and is waited for.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        using var process = Process.Start(new ProcessStartInfo(real, invocation.Arguments) { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
