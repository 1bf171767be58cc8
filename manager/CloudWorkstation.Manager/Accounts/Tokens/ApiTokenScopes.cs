using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>What a token may be limited to: each permission by its name, and <see cref="Read"/>.</summary>
public static class ApiTokenScopes
{
    /// <summary>To read everything that the account may read, and to change nothing.</summary>
    public const string Read = "read";

    public static bool IsKnown(string scope) => scope == Read || Permissions.IsKnown(scope);

    /// <summary>Whether a token of these scopes has this permission, if its account has it.</summary>
    public static bool Allow(IReadOnlyList<string> scopes, string permission) =>
        scopes.Contains(permission, StringComparer.Ordinal)
        || (scopes.Contains(Read, StringComparer.Ordinal) && permission.EndsWith(".read", StringComparison.Ordinal));
}

/// <summary>How the text of a token begins.</summary>
public static class ApiTokenPrefixes
{
    public const string Person = "cwsp_";
    public const string Service = "cwss_";

    /// <summary>Such a text is judged as an API token and as nothing else.</summary>
    public static bool Begin(string text) => text.StartsWith(Person, StringComparison.Ordinal) || text.StartsWith(Service, StringComparison.Ordinal);
}
