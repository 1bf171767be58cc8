using System.Globalization;

namespace CloudWorkstation.Manager.Terraform.Commands;

/// <summary>One invocation of the CLI as data: argument vectors are built here, without I/O, and run elsewhere.</summary>
internal abstract record TerraformCommand
{
    public abstract IReadOnlyList<string> Arguments { get; }

    protected static string Seconds(TimeSpan value) => ((long)Math.Ceiling(value.TotalSeconds)).ToString(CultureInfo.InvariantCulture) + "s";
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

    public TimeSpan LockTimeout { get; init; }

    public override IReadOnlyList<string> Arguments =>
    [
        "apply",
        .. Destroy ? (ReadOnlySpan<string>)["-destroy"] : [],
        "-input=false",
        "-auto-approve",
        "-json",
        $"-lock-timeout={Seconds(LockTimeout)}",
    ];
}

internal sealed record PlanCommand : TerraformCommand
{
    public required string PlanFile { get; init; }

    public TimeSpan LockTimeout { get; init; }

    public override IReadOnlyList<string> Arguments =>
        ["plan", "-input=false", "-json", $"-lock-timeout={Seconds(LockTimeout)}", $"-out={PlanFile}"];
}

internal sealed record ShowCommand : TerraformCommand
{
    public required string PlanFile { get; init; }

    public override IReadOnlyList<string> Arguments => ["show", "-json", PlanFile];
}
