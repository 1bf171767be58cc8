namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>A right to have desktops of a template.</summary>
public sealed record Entitlement
{
    /// <value>1 to 64 characters of <c>[a-z0-9-]</c>.</value>
    public required string Id { get; init; }

    public string? Description { get; init; }

    /// <value>A template's name, or <c>*</c> for every template.</value>
    public required string Template { get; init; }

    /// <value>Desktops of the template that one person may have; null for as many as the template itself allows.</value>
    public int? Maximum { get; init; }
}

/// <summary>A set of permissions and entitlements.</summary>
public sealed record Role
{
    /// <value>1 to 64 characters of <c>[a-z0-9-]</c>.</value>
    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <value>Ids of entitlements.</value>
    public IReadOnlyList<string> Entitlements { get; init; } = [];

    /// <value>One of <see cref="BuiltInRoles"/>: its permissions and its description cannot be changed.</value>
    public bool BuiltIn { get; init; }
}

/// <summary>What membership in a group gives. The members come from accounts, directories and identity providers.</summary>
public sealed record Group
{
    /// <value>1 to 256 characters as the provider or directory writes it.</value>
    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <value>Names of roles.</value>
    public IReadOnlyList<string> Roles { get; init; } = [];
}

/// <summary>A record with the version its ETag is made of.</summary>
public sealed record AccessView<T>(T Value, long Version);

/// <summary>Raised with every change of the rules: whoever holds them in memory sees whether they are still the newest.</summary>
internal sealed record AccessRevision(long Number);
