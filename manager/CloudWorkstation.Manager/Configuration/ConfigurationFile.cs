using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>
/// Everything an administrator can say about an installation, in one file. A kind that is left out stays as it is; within a kind, what a record
/// leaves out has its default.
/// </summary>
public sealed record ConfigurationFile
{
    public const int CurrentVersion = 1;

    /// <value>The version of this format: 1.</value>
    public required int Version { get; init; }

    /// <value>Rights to have desktops of templates.</value>
    public IReadOnlyList<ConfiguredEntitlement>? Entitlements { get; init; }

    /// <value>Sets of permissions and entitlements.</value>
    public IReadOnlyList<ConfiguredRole>? Roles { get; init; }

    /// <value>What membership in a group gives.</value>
    public IReadOnlyList<ConfiguredGroup>? Groups { get; init; }

    /// <value>People who sign in with a password here. Those from providers and directories are not part of it.</value>
    public IReadOnlyList<ConfiguredAccount>? Accounts { get; init; }

    /// <value>Sections of the run-time settings by name.</value>
    [JsonIgnore]
    public IReadOnlyDictionary<string, object> Settings { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);
}

public sealed record ConfiguredEntitlement
{
    /// <value>1 to 64 characters of a-z, 0-9 and '-'.</value>
    public required string Id { get; init; }

    public string? Description { get; init; }

    /// <value>A template's name, or '*' for every template.</value>
    public required string Template { get; init; }

    /// <value>Desktops per person, 0 to 1000; left out: as many as the template allows.</value>
    public int? Maximum { get; init; }
}

public sealed record ConfiguredRole
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <value>Names of permissions; left out for a role that is part of the product.</value>
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <value>Ids of entitlements.</value>
    public IReadOnlyList<string>? Entitlements { get; init; }
}

public sealed record ConfiguredGroup
{
    /// <value>As the directory or provider writes it.</value>
    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <value>Names of roles.</value>
    public required IReadOnlyList<string> Roles { get; init; }
}

public sealed record ConfiguredAccount
{
    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    /// <value>Names of roles, at least one.</value>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <value>Local groups; those that providers and directories say are not part of it.</value>
    public IReadOnlyList<string>? Groups { get; init; }

    public bool Disabled { get; init; }

    /// <value>A new account gets a password that is told once, in the answer to the import. Of no effect on an account that exists.</value>
    public bool GeneratePassword { get; init; }

    /// <value>A new account gets the password in this file. Of no effect on an account that exists.</value>
    public Secret? PasswordFile { get; init; }
}
