namespace CloudWorkstation.Manager.Accounts;

/// <summary>The two sets of roles there are.</summary>
public static class AccountRoles
{
    public const string UserRole = "user";
    public const string AdminRole = "admin";

    public static IReadOnlyList<string> User { get; } = [UserRole];

    public static IReadOnlyList<string> Admin { get; } = [UserRole, AdminRole];

    /// <summary>The set that a request means; null when it names an unknown role or none. An administrator is a user too.</summary>
    public static IReadOnlyList<string>? Normalize(IReadOnlyList<string> roles) =>
        roles.Count == 0 || roles.Except(Admin, StringComparer.Ordinal).Any() ? null
        : roles.Contains(AdminRole, StringComparer.Ordinal) ? Admin
        : User;
}
