namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Prints the step's lines and ends with its exit code.</summary>
internal sealed class Print : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        foreach (var line in step.Lines)
            Console.Out.WriteLine(line);
        foreach (var line in step.ErrorLines)
            Console.Error.WriteLine(line);
        return step.ExitCode;
    }
}
