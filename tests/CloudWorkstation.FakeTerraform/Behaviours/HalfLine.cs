namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Dies in the middle of a message.</summary>
internal sealed class HalfLine : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        Invocation.Say("info", "log", "Before the half line.");
        Console.Out.Write("{\"@level\":\"info\",\"@message\":\"half a mess");
        Console.Out.Flush();
        return step.ExitCode;
    }
}
