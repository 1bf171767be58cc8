using CloudWorkstation.Manager.Access.Rules;
namespace CloudWorkstation.Manager.Accounts;

/// <summary>The roles of accounts; what each allows is said by the access rules.</summary>
public static class AccountRoles
{
    public const string UserRole = "user";
    public const string AdminRole = "admin";

    public static IReadOnlyList<string> User { get; } = [UserRole];

    public static IReadOnlyList<string> Admin { get; } = [UserRole, AdminRole];

    /// <summary>The set that a request means; null when it names an unknown role or none. An administrator is a user too.</summary>
    public static IReadOnlyList<string>? Normalize(IReadOnlyList<string> roles, AccessRules rules)
    {
        if (roles.Count == 0 || !roles.All(rules.Roles.ContainsKey))
        {
            return null;
        }

        var others = roles.Except(Admin, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return roles.Contains(AdminRole, StringComparer.Ordinal) ? [.. Admin, .. others] : [.. others, .. roles.Intersect(User, StringComparer.Ordinal)];
    }
}
