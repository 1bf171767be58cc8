using System.Globalization;

namespace CloudWorkstation.Manager.Terraform.Commands;

/// <summary>One invocation of the CLI as data: argument vectors are built here, without I/O, and run elsewhere.</summary>
internal abstract record TerraformCommand
{
    public abstract IReadOnlyList<string> Arguments { get; }

    /// <summary>Null for a state whose lock the caller holds already.</summary>
    protected static string Lock(TimeSpan? timeout) => timeout is { } value ? $"-lock-timeout={Seconds(value)}" : "-lock=false";

    private static string Seconds(TimeSpan value) => ((long)Math.Ceiling(value.TotalSeconds)).ToString(CultureInfo.InvariantCulture) + "s";
}

internal sealed record VersionCommand : TerraformCommand
{
    public override IReadOnlyList<string> Arguments => ["version", "-json"];
}

/// <summary>The state is where the caller says, so a backend that differs from the last run's is taken as it is and nothing is migrated.</summary>
internal sealed record InitCommand : TerraformCommand
{
    public override IReadOnlyList<string> Arguments => ["init", "-input=false", "-json", "-no-color", "-reconfigure"];
}

internal sealed record ApplyCommand : TerraformCommand
{
    public bool Destroy { get; init; }

    public required TimeSpan? LockTimeout { get; init; }

    public override IReadOnlyList<string> Arguments =>
    [
        "apply",
        .. Destroy ? (ReadOnlySpan<string>)["-destroy"] : [],
        "-input=false",
        "-auto-approve",
        "-json",
        Lock(LockTimeout),
    ];
}

internal sealed record PlanCommand : TerraformCommand
{
    public required string PlanFile { get; init; }

    public required TimeSpan? LockTimeout { get; init; }

    public override IReadOnlyList<string> Arguments =>
        ["plan", "-input=false", "-json", Lock(LockTimeout), $"-out={PlanFile}"];
}

/// <summary>Stores a state that a run before could not store. Terraform refuses one of another lineage, and one that is not newer.</summary>
internal sealed record StatePushCommand : TerraformCommand
{
    public required string File { get; init; }

    public required TimeSpan? LockTimeout { get; init; }

    public override IReadOnlyList<string> Arguments => ["state", "push", "-no-color", Lock(LockTimeout), File];
}

internal sealed record ShowCommand : TerraformCommand
{
    public required string PlanFile { get; init; }

    public override IReadOnlyList<string> Arguments => ["show", "-json", PlanFile];
}
