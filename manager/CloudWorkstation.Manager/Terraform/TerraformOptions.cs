using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Terraform;

/// <summary>Section <c>Terraform</c> of the configuration.</summary>
public sealed class TerraformOptions
{
    public const string Section = "Terraform";

    /// <value>Name on PATH, or path, of Terraform or OpenTofu. The default value is <c>terraform</c>.</value>
    public string Binary { get; set; } = "terraform";

    /// <value>Terraform's CLI configuration (provider mirror, plugin cache); null for none, and never the one of whoever started us.</value>
    public string? CliConfig { get; set; }

    /// <value>
    /// Directory of provider binaries (a filesystem mirror, best unpacked and read-only) that all workspaces share; what it does not hold
    /// comes from its registry. Null for none. Not together with <see cref="CliConfig"/>, which says the same in Terraform's own words.
    /// </value>
    public string? Mirror { get; set; }

    /// <value>From SIGINT to SIGKILL. The default value is 30 seconds.</value>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <value>What a run whose worker died gets between SIGINT and SIGKILL to write its state. The default value is 15 seconds.</value>
    public TimeSpan OrphanGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <value>
    /// How long a run waits for the state's lock. The default value is 25 seconds: longer than <see cref="OrphanGrace"/>, so that the
    /// attempt after a crash waits for what is left of the one before it.
    /// </value>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <value>GOGC of the Terraform process: 400 takes 150–250 MB more and a fifth of the CPU less. The default value is 400; 0 leaves Go's.</value>
    public int GoGc { get; set; } = 400;

    /// <value>
    /// Keeps a provider's process for the runs that follow, where the module's lock file and the mirror name it: loading it and its schema
    /// is two thirds of a run's CPU. The default value is true.
    /// </value>
    public bool ReuseProvider { get; set; } = true;

    /// <value>Megabytes that one run is counted with: what does not fit into three quarters of the memory waits. The default value is 600; 0 for no bound.</value>
    public int MemoryPerRun { get; set; } = 600;

    /// <value>TF_LOG, for finding faults; null for none.</value>
    public string? LogLevel { get; set; }
}

internal sealed class TerraformOptionsValidator : IValidateOptions<TerraformOptions>
{
    public ValidateOptionsResult Validate(string? name, TerraformOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(options.Binary))
            failures.Add("Terraform:Binary is empty; name Terraform's or OpenTofu's executable.");
        if (options.CliConfig is { Length: > 0 } path && !File.Exists(path))
            failures.Add($"Terraform:CliConfig is '{path}', which does not exist; create it or remove the setting.");
        if (options.Mirror is { Length: > 0 } mirror && !Directory.Exists(mirror))
            failures.Add($"Terraform:Mirror is '{mirror}', which does not exist; create it or remove the setting.");
        if (options is { Mirror.Length: > 0, CliConfig.Length: > 0 })
            failures.Add("Terraform:Mirror and Terraform:CliConfig are both set; remove one of them.");
        Between(failures, nameof(options.Grace), options.Grace, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(30));
        Between(failures, nameof(options.OrphanGrace), options.OrphanGrace, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Between(failures, nameof(options.LockTimeout), options.LockTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(30));
        if (options.MemoryPerRun is < 0 or > 100_000)
            failures.Add($"Terraform:MemoryPerRun is {options.MemoryPerRun}; it must be from 0 to 100000 megabytes.");
        if (options.GoGc is < 0 or > 10_000)
            failures.Add($"Terraform:GoGc is {options.GoGc}; it must be from 0 to 10000.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Between(List<string> failures, string name, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
    {
        if (value < minimum || value > maximum)
            failures.Add($"Terraform:{name} is {value}; it must be from {minimum} to {maximum}.");
    }
}
