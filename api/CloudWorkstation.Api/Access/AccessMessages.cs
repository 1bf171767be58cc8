using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Api.Access;

/// <param name="Name">What roles name it by.</param>
/// <param name="Description">What it allows.</param>
/// <param name="Roles">The roles that have it.</param>
public sealed record PermissionModel(string Name, string Description, IReadOnlyList<string> Roles);

/// <summary>A group, and the roles that membership in it gives.</summary>
public sealed record GroupModel(string Name, string? Description, IReadOnlyList<string> Roles, long Version)
{
    public static GroupModel From(AccessView<Group> view) => new(view.Value.Name, view.Value.Description, view.Value.Roles, view.Version);
}

/// <summary>A role: what it allows and which templates it opens.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">For administrators.</param>
/// <param name="Permissions">Names, see <c>GET /api/v1/permissions</c>.</param>
/// <param name="Entitlements">Ids.</param>
/// <param name="BuiltIn">Part of the product: only its entitlements can be changed.</param>
/// <param name="Version">What the ETag is made of; 0 for a built-in role as it was delivered.</param>
public sealed record RoleModel(string Name, string? Description, IReadOnlyList<string> Permissions, IReadOnlyList<string> Entitlements, bool BuiltIn, long Version)
{
    public static RoleModel From(AccessView<Role> view) =>
        new(view.Value.Name, view.Value.Description, view.Value.Permissions, view.Value.Entitlements, view.Value.BuiltIn, view.Version);
}

/// <summary>A right to have desktops of a template.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Description">For administrators.</param>
/// <param name="Template">A template's name, or <c>*</c>.</param>
/// <param name="Maximum">Desktops per person; absent for as many as the template allows.</param>
/// <param name="Version">What the ETag is made of.</param>
public sealed record EntitlementModel(string Id, string? Description, string Template, int? Maximum, long Version)
{
    public static EntitlementModel From(AccessView<Entitlement> view) =>
        new(view.Value.Id, view.Value.Description, view.Value.Template, view.Value.Maximum, view.Version);
}

public sealed record PutGroupRequest
{
    /// <value>1 to 256 characters without commas, as the directory or provider writes it.</value>
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }
}

public sealed record PutRoleRequest
{
    public string? Description { get; init; }

    public required IReadOnlyList<string> Permissions { get; init; }

    public required IReadOnlyList<string> Entitlements { get; init; }
}

public sealed record PutEntitlementRequest
{
    public string? Description { get; init; }

    /// <value>A template's name, or <c>*</c> for every template.</value>
    public required string Template { get; init; }

    /// <value>Desktops per person, 0 to 1000; left out for as many as the template allows.</value>
    public int? Maximum { get; init; }
}

/// <summary>A template that somebody may use.</summary>
/// <param name="Entitlement">Its id.</param>
/// <param name="Template">The template's name, or <c>*</c>.</param>
/// <param name="Maximum">Desktops per person; absent for as many as the template allows.</param>
/// <param name="Because">Every way by which it is theirs.</param>
public sealed record EntitlementOfPerson(string Entitlement, string Template, int? Maximum, IReadOnlyList<Reason> Because);

/// <summary>What one person can do, and why.</summary>
public sealed record AccessOfPerson(
    string AccountId,
    string UserName,
    bool Disabled,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Groups,
    IReadOnlyList<GrantedPermission> Permissions,
    IReadOnlyList<EntitlementOfPerson> Entitlements)
{
    public static AccessOfPerson From(PersonAccess person) => new(
        person.AccountId,
        person.UserName,
        person.Disabled,
        person.Roles,
        person.Groups,
        person.Permissions,
        [.. person.Entitlements.Select(e => new EntitlementOfPerson(e.Entitlement.Id, e.Entitlement.Template, e.Entitlement.Maximum, e.Because))]);
}

/// <summary>One way to a template: whoever has one of the roles, of their own or through one of its groups.</summary>
public sealed record WayToTemplate(string Entitlement, int? Maximum, IReadOnlyList<RoleAccess> Roles)
{
    public static WayToTemplate From(TemplateAccess access) => new(access.Entitlement.Id, access.Entitlement.Maximum, access.Roles);
}
