using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Access.Rules;

/// <inheritdoc />
internal sealed class AccessService(AccessDocuments documents, AccessPolicy policy, AccountUserStore accounts, ITemplateCatalogue templates, IAuditLog audit) : IAccessService
{
    private const int Attempts = 20;

    private static readonly Problem Stale = new(ProblemKind.Stale, "stale", "It was changed since you read it. Read it again and repeat the change.");
    private static readonly Problem Busy = new(ProblemKind.Conflict, "busy", "The access rules are being changed by others at this moment. Try again.");

    public async Task<Outcome<AccessRules>> ReadAsync(Actor actor, CancellationToken cancellationToken) =>
        actor.May(Permissions.AccessRead) ? await policy.CurrentAsync(cancellationToken) : AccountProblems.Forbidden;

    public Task<Outcome<AccessView<Group>>> PutAsync(Actor actor, Group value, long? ifVersion, CancellationToken cancellationToken) =>
        PutAsync(actor, "group", value.Name, value, ifVersion, r => r.Groups, r => AccessNames.Check(value, r), cancellationToken);

    public Task<Outcome<AccessView<Role>>> PutAsync(Actor actor, Role value, long? ifVersion, CancellationToken cancellationToken)
    {
        var role = BuiltInRoles.All.TryGetValue(value.Name, out var builtIn) ? value with { BuiltIn = true, Description = builtIn.Description } : value with { BuiltIn = false };
        return PutAsync(actor, "role", role.Name, role, ifVersion, r => r.Roles, r => AccessNames.Check(role, r), cancellationToken);
    }

    public Task<Outcome<AccessView<Entitlement>>> PutAsync(Actor actor, Entitlement value, long? ifVersion, CancellationToken cancellationToken) =>
        PutAsync(actor, "entitlement", value.Id, value, ifVersion, r => r.Entitlements, _ => AccessNames.Check(value, templates), cancellationToken);

    public Task<Outcome<bool>> RemoveGroupAsync(Actor actor, string name, CancellationToken cancellationToken) =>
        RemoveAsync(actor, "group", name, r => r.Groups, _ => null, cancellationToken);

    public Task<Outcome<bool>> RemoveRoleAsync(Actor actor, string name, CancellationToken cancellationToken) =>
        RemoveAsync(
            actor,
            "role",
            name,
            r => r.Roles,
            r => BuiltInRoles.All.ContainsKey(name) ? new Problem(ProblemKind.Conflict, "in_use", $"The role '{name}' is part of the product.")
                : InUse("group", r.Groups.Values.Where(g => g.Value.Roles.Contains(name, StringComparer.Ordinal)).Select(g => g.Value.Name)),
            cancellationToken);

    public Task<Outcome<bool>> RemoveEntitlementAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        RemoveAsync(
            actor,
            "entitlement",
            id,
            r => r.Entitlements,
            r => InUse("role", r.Roles.Values.Where(g => g.Value.Entitlements.Contains(id, StringComparer.Ordinal)).Select(g => g.Value.Name)),
            cancellationToken);

    public async Task<Outcome<PersonAccess>> ExplainPersonAsync(Actor actor, string accountId, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccessRead) && !actor.Is(accountId))
        {
            return AccountProblems.Forbidden;
        }

        if (await accounts.FindByIdAsync(accountId, cancellationToken) is not { } account)
        {
            return Problem.NotFound("account", accountId);
        }

        var rules = await policy.CurrentAsync(cancellationToken);
        return new PersonAccess(
            account.Id,
            account.UserName,
            account.Disabled,
            rules.Of(account.Roles, account.AllGroups).Roles,
            account.AllGroups,
            rules.ExplainPermissions(account.Roles, account.AllGroups),
            rules.ExplainEntitlements(account.Roles, account.AllGroups));
    }

    public async Task<Outcome<IReadOnlyList<TemplateAccess>>> ExplainTemplateAsync(Actor actor, string template, CancellationToken cancellationToken) =>
        !actor.May(Permissions.AccessRead) ? AccountProblems.Forbidden
        : templates.Entries.All(e => e.Name != template) ? Problem.NotFound("template", template)
        : Outcome<IReadOnlyList<TemplateAccess>>.From((await policy.CurrentAsync(cancellationToken)).ExplainTemplate(template));

    private async Task<Outcome<AccessView<T>>> PutAsync<T>(
        Actor actor,
        string kind,
        string name,
        T value,
        long? ifVersion,
        Func<AccessRules, IReadOnlyDictionary<string, AccessView<T>>> records,
        Func<AccessRules, List<FieldError>> check,
        CancellationToken cancellationToken)
        where T : class
    {
        if (!actor.May(Permissions.AccessManage))
        {
            return AccountProblems.Forbidden;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var rules = await policy.ReloadAsync(cancellationToken);
            if (check(rules) is { Count: > 0 } errors)
            {
                return Problem.Invalid(errors);
            }

            var before = records(rules).GetValueOrDefault(name);
            if (ifVersion is { } version && version != (before?.Version ?? 0))
            {
                return Stale;
            }

            var next = new AccessView<T>(value, (before?.Version ?? 0) + 1);
            var change = AuditChange.Between(before?.Value, value);
            if (await TryCommitAsync(actor, kind, name, next, rules.Revision, before is { Version: > 0 } ? Verb.Change : Verb.Create, change, cancellationToken))
            {
                return next;
            }
        }

        return Busy;
    }

    private async Task<Outcome<bool>> RemoveAsync<T>(
        Actor actor,
        string kind,
        string name,
        Func<AccessRules, IReadOnlyDictionary<string, AccessView<T>>> records,
        Func<AccessRules, Problem?> obstacle,
        CancellationToken cancellationToken)
        where T : class
    {
        if (!actor.May(Permissions.AccessManage))
        {
            return AccountProblems.Forbidden;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var rules = await policy.ReloadAsync(cancellationToken);
            if (records(rules).GetValueOrDefault(name) is not { } before)
            {
                return Problem.NotFound(kind, name);
            }

            if (obstacle(rules) is { } problem)
            {
                return problem;
            }

            if (await TryCommitAsync<T>(actor, kind, name, null, rules.Revision, Verb.Remove, AuditChange.Removed(before.Value), cancellationToken))
            {
                return true;
            }
        }

        return Busy;
    }

    private async Task<bool> TryCommitAsync<T>(
        Actor actor, string kind, string name, AccessView<T>? next, long revision, Verb verb, AuditChange change, CancellationToken cancellationToken)
    {
        var entry = audit.Entry(actor, ActionOf(kind, verb), AuditTarget(kind, name), AuditResults.Accepted, change);
        var writes = await documents.WritesAsync(name, next, revision, cancellationToken);
        if (!(await documents.CommitAsync([.. writes, entry], cancellationToken)).Committed)
        {
            return false;
        }

        await policy.ReloadAsync(cancellationToken);
        return true;
    }

    private static Problem? InUse(string by, IEnumerable<string> users)
    {
        var names = users.Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? null : new Problem(ProblemKind.Conflict, "in_use", $"It is still used by the {by}{(names.Count > 1 ? "s" : "")} {string.Join(", ", names.Take(10))}. Take it out there first.");
    }

    internal static string ActionOf(string kind, Verb verb) => (kind, verb) switch
    {
        ("group", Verb.Create) => AuditActions.GroupCreate,
        ("group", Verb.Change) => AuditActions.GroupChange,
        ("group", Verb.Remove) => AuditActions.GroupRemove,
        ("role", Verb.Create) => AuditActions.RoleCreate,
        ("role", Verb.Change) => AuditActions.RoleChange,
        ("role", Verb.Remove) => AuditActions.RoleRemove,
        (_, Verb.Create) => AuditActions.EntitlementCreate,
        (_, Verb.Change) => AuditActions.EntitlementChange,
        (_, _) => AuditActions.EntitlementRemove,
    };

    internal enum Verb
    {
        Create,
        Change,
        Remove,
    }

    // A group's name may hold characters that a target must not.
    internal static string AuditTarget(string kind, string name) =>
        $"{kind}/{string.Concat(name.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@' or '-' ? c : '_'))}";
}
