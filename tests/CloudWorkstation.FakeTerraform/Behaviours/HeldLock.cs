namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Finds the state locked by somebody else.</summary>
internal sealed class HeldLock : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        Invocation.SayError("Error acquiring the state lock", "Error message: resource temporarily unavailable\nLock Info:\n  ID: 6f1c\n  Who: somebody@elsewhere");
        return 1;
    }
}
