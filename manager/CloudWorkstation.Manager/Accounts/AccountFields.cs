namespace CloudWorkstation.Manager.Accounts;

/// <summary>The rules of an account's plain fields; each broken one is reported.</summary>
internal static class AccountFields
{
    private const int MaximumDisplayName = 128;
    private const int MaximumEmail = 254;

    public static List<FieldError> Check(string? displayName, string? email, IReadOnlyList<string>? roles)
    {
        var errors = new List<FieldError>();
        if (displayName is not null && (displayName.Length > MaximumDisplayName || displayName.Any(char.IsControl)))
        {
            errors.Add(new FieldError("displayName", $"A display name has at most {MaximumDisplayName} characters and none that are invisible."));
        }

        if (!string.IsNullOrEmpty(email) && !IsEmail(email))
        {
            errors.Add(new FieldError("email", "An e-mail address looks like name@example.org."));
        }

        if (roles is not null && AccountRoles.Normalize(roles) is null)
        {
            errors.Add(new FieldError("roles", "The roles are [\"user\"] or [\"user\", \"admin\"]."));
        }

        return errors;
    }

    /// <summary>An empty text clears a field.</summary>
    public static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= MaximumEmail && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
    }
}
