namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>What a provider is asked for.</summary>
internal static class ProviderScopes
{
    public static IReadOnlyList<string> Of(ProviderSettings provider) => (provider.Kind, provider.Scopes.Count) switch
    {
        (ProviderKind.Oidc, 0) => ["openid", "profile", "email"],
        (ProviderKind.Oidc, _) => [.. provider.Scopes.Prepend("openid").Distinct(StringComparer.Ordinal)],
        (ProviderKind.Github, 0) => ["read:user", "user:email"],
        (ProviderKind.Facebook, 0) => ["public_profile", "email"],
        _ => provider.Scopes,
    };
}
