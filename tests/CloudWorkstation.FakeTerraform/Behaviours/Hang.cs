namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Does nothing until it is interrupted, then ends as Terraform does.</summary>
internal sealed class Hang : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        using ManualResetEventSlim interrupted = new();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Set();
        };
        Invocation.Say("info", "log", "Hanging.");
        interrupted.Wait();
        Invocation.SayError("execution halted", "The operation was interrupted.");
        return step.ExitCode;
    }
}
