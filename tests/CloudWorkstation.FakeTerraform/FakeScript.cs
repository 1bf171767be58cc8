using System.Text.Json;

namespace CloudWorkstation.FakeTerraform;

/// <summary>What the scripted Terraform does when it is called.</summary>
public sealed record FakeScript
{
    /// <value>What <c>version -json</c> says.</value>
    public string Version { get; init; } = "1.11.4";

    /// <value>The first step for a command that is not used up is taken; without one the real Terraform runs if there is one, else all is well.</value>
    public IReadOnlyList<FakeStep> Steps { get; init; } = [];

    /// <value>Path of a real Terraform for the calls that no step takes; null for none.</value>
    public string? Real { get; init; }

    public static FakeScript Load(string path) => JsonSerializer.Deserialize<FakeScript>(File.ReadAllText(path)) ?? new();

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this));
}

/// <summary>One scripted answer.</summary>
/// <param name="Command"><c>init</c>, <c>apply</c>, <c>destroy</c>, <c>plan</c> or <c>show</c>.</param>
/// <param name="Behaviour">Name of a class in Behaviours, for example <c>Hang</c>.</param>
public sealed record FakeStep(string Command, string Behaviour)
{
    /// <value>How many calls the step answers. The default value is for ever.</value>
    public int Times { get; init; } = int.MaxValue;

    public int ExitCode { get; init; } = 1;

    /// <value>For <c>Print</c>: lines on standard output.</value>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <value>For <c>Print</c>: lines on standard error.</value>
    public IReadOnlyList<string> ErrorLines { get; init; } = [];

    /// <value>For <c>Flood</c>: how many lines.</value>
    public int Count { get; init; } = 100_000;
}
