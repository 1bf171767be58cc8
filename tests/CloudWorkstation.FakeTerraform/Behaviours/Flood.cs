namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Writes many long lines that are no messages, as fast as they are taken; then succeeds.</summary>
internal sealed class Flood : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        var text = new string('y', 500);
        for (var count = 0; count < step.Count; count++)
            Console.Out.WriteLine(text);
        return new Succeed().Run(invocation, step);
    }
}
