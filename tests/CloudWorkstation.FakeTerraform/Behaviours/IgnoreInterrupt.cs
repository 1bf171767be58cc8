namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Does nothing, whatever it is asked; only a kill ends it.</summary>
internal sealed class IgnoreInterrupt : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        Invocation.Say("info", "log", "Hanging, and not to be interrupted.");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }
}
