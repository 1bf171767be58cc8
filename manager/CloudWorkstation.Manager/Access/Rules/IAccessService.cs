namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>What one person can do, with every reason.</summary>
public sealed record PersonAccess(
    string AccountId,
    string UserName,
    bool Disabled,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Groups,
    IReadOnlyList<GrantedPermission> Permissions,
    IReadOnlyList<GrantedEntitlement> Entitlements);

/// <summary>Groups, roles and entitlements, for those who may see or change them. Changes are in force within a second everywhere.</summary>
public interface IAccessService
{
    Task<Outcome<AccessRules>> ReadAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Creates or replaces.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="value">The record as it should be.</param>
    /// <param name="ifVersion">The version it must still have; 0 for one that must not exist; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Outcome<AccessView<Group>>> PutAsync(Actor actor, Group value, long? ifVersion, CancellationToken cancellationToken);

    /// <inheritdoc cref="PutAsync(Actor, Group, long?, CancellationToken)"/>
    Task<Outcome<AccessView<Role>>> PutAsync(Actor actor, Role value, long? ifVersion, CancellationToken cancellationToken);

    /// <inheritdoc cref="PutAsync(Actor, Group, long?, CancellationToken)"/>
    Task<Outcome<AccessView<Entitlement>>> PutAsync(Actor actor, Entitlement value, long? ifVersion, CancellationToken cancellationToken);

    Task<Outcome<bool>> RemoveGroupAsync(Actor actor, string name, CancellationToken cancellationToken);

    /// <summary>Refused while a group still gives the role, and for built-in ones.</summary>
    Task<Outcome<bool>> RemoveRoleAsync(Actor actor, string name, CancellationToken cancellationToken);

    /// <summary>Refused while a role still carries it.</summary>
    Task<Outcome<bool>> RemoveEntitlementAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>What can this person do, and why.</summary>
    Task<Outcome<PersonAccess>> ExplainPersonAsync(Actor actor, string accountId, CancellationToken cancellationToken);

    /// <summary>Who can use this template, and why.</summary>
    Task<Outcome<IReadOnlyList<TemplateAccess>>> ExplainTemplateAsync(Actor actor, string template, CancellationToken cancellationToken);
}
