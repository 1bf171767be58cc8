namespace CloudWorkstation.Launcher.Supervision;

/// <summary>One process of the stack: what to run and how to know that it serves.</summary>
/// <param name="Ready">Answers 2xx when the service is ready.</param>
public sealed record ServiceDefinition(string Name, string File, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, Uri Ready)
{
    /// <value>Run before each start of the process, for example to write the files it reads. Null: nothing.</value>
    public ServiceDefinition? Before { get; init; }

    /// <value>Variables of our own environment that the process must not see.</value>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <value>What it knows dies with it, so that starting it again would help nobody: the others are stopped instead.</value>
    public bool IsIrreplaceable { get; init; }
}
