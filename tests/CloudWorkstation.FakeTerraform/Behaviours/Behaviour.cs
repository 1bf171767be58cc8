namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>One way to answer; its class name is its name in a script.</summary>
internal abstract class Behaviour
{
    private static readonly Behaviour[] All =
        [new Succeed(), new Hang(), new IgnoreInterrupt(), new Rubbish(), new HalfLine(), new Print(), new HeldLock(), new Flood(), new PartialState(), new Otherwise()];

    public static Behaviour Named(string name) =>
        Array.Find(All, behaviour => behaviour.GetType().Name == name) ?? throw new ArgumentException($"There is no behaviour '{name}'.", nameof(name));

    /// <summary>Returns the exit code.</summary>
    public abstract int Run(Invocation invocation, FakeStep step);
}
