using CloudWorkstation.Manager.Access.Rules;
namespace CloudWorkstation.Manager.Accounts;

/// <summary>The rules of an account's plain fields; each broken one is reported.</summary>
internal static class AccountFields
{
    private const int MaximumDisplayName = 128;
    private const int MaximumEmail = 254;
    private const int MaximumPurpose = 256;

    // Their names travel in every session token, which must stay below what a cookie holds.
    private const int MaximumGroups = 20;
    private const int MaximumGroup = 64;

    public static List<FieldError> Check(string? displayName, string? email, IReadOnlyList<string>? roles, IReadOnlyList<string>? groups, AccessRules rules)
    {
        var errors = new List<FieldError>(CheckDisplayName(displayName));
        if (!string.IsNullOrEmpty(email) && !IsEmail(email))
        {
            errors.Add(new FieldError("email", "An e-mail address looks like name@example.org."));
        }

        if (roles is not null && AccountRoles.Normalize(roles, rules) is null)
        {
            errors.Add(new FieldError("roles", $"At least one role, and only those that exist: {string.Join(", ", rules.Roles.Keys.Order(StringComparer.Ordinal).Take(20))}."));
        }

        if (CheckGroups(groups) is { } broken)
        {
            errors.Add(broken);
        }

        return errors;
    }

    public static IReadOnlyList<FieldError> CheckDisplayName(string? displayName) =>
        displayName is not null && (displayName.Length > MaximumDisplayName || displayName.Any(char.IsControl))
            ? [new FieldError("displayName", $"A display name has at most {MaximumDisplayName} characters and none that are invisible.")]
            : [];

    public static FieldError? CheckGroups(IReadOnlyList<string>? groups) => groups is not null && (groups.Count > MaximumGroups || groups.Any(g => !IsGroup(g)))
        ? new FieldError("groups", $"At most {MaximumGroups} groups, each of 1 to {MaximumGroup} characters without commas and invisible ones.")
        : null;

    /// <summary>A service account says what it is for; a person need not.</summary>
    public static IEnumerable<FieldError> CheckPurpose(AccountKind kind, string? purpose)
    {
        if (kind == AccountKind.Service && Clean(purpose) is null)
        {
            yield return new FieldError("purpose", "Say what the service account is for and who answers for it.");
        }

        if (purpose is not null && (purpose.Length > MaximumPurpose || purpose.Any(char.IsControl)))
        {
            yield return new FieldError("purpose", $"A purpose has at most {MaximumPurpose} characters and none that are invisible.");
        }
    }

    private static bool IsGroup(string name) => name.Length is > 0 and <= MaximumGroup && name == name.Trim() && !name.Any(c => c == ',' || char.IsControl(c));

    public static IReadOnlyList<string> Distinct(IReadOnlyList<string>? groups) => [.. (groups ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>An empty text clears a field.</summary>
    public static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    public static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= MaximumEmail && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
    }
}
