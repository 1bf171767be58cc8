using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>The rules of a provider's settings; each broken one is reported.</summary>
internal static partial class ProviderChecks
{
    private const int MaximumProviders = 20;
    private const int MaximumEntries = 50;
    private const int MaximumText = 256;
    private const string Address = "Give an https:// address without user name and fragment; http:// is for this very machine only.";

    public static IReadOnlyList<FieldError> Check(ProvidersSettings settings)
    {
        if (settings.Providers.Count > MaximumProviders)
        {
            return [new FieldError("providers", $"There are {settings.Providers.Count} providers; at most {MaximumProviders} are taken.")];
        }

        var errors = new List<FieldError>();
        for (var index = 0; index < settings.Providers.Count; index++)
        {
            var provider = settings.Providers[index];
            var at = $"providers[{index}].";
            Check(errors, at, provider);
            if (settings.Providers.Take(index).Any(p => p.Name == provider.Name))
            {
                errors.Add(new(at + "name", $"Another provider is called '{provider.Name}'."));
            }
        }

        return errors;
    }

    private static void Check(List<FieldError> errors, string at, ProviderSettings provider)
    {
        Refuse(errors, !Word().IsMatch(provider.Name), at + "name", "It has 1 to 32 characters of a-z, 0-9 and '-', the first a letter or digit.");
        Refuse(errors, !Enum.IsDefined(provider.Kind), at + "kind", "Choose oidc, github or facebook.");
        Refuse(errors, provider.Title is { } title && !IsText(title, 64), at + "title", "It has at most 64 characters and none that are invisible.");
        Refuse(errors, !IsText(provider.ClientId, MaximumText) || provider.ClientId.Length == 0, at + "clientId", "Give the client id that the provider shows for this installation.");
        CheckAddresses(errors, at, provider);
        CheckLists(errors, at, provider);
        CheckClaims(errors, at + "claims.", provider.Claims);
    }

    private static void CheckAddresses(List<FieldError> errors, string at, ProviderSettings provider)
    {
        var oidc = provider.Kind == ProviderKind.Oidc;
        Refuse(errors, oidc && ProviderAddresses.Read(provider.Issuer) is not { Query.Length: 0 }, at + "issuer", Address + " The issuer has no query either.");
        Refuse(errors, !oidc && !string.IsNullOrEmpty(provider.Issuer), at + "issuer", "Only OpenID Connect has an issuer; leave it empty.");
        Refuse(errors, !oidc && provider.ClientSecret is null, at + "clientSecret", "This kind of provider needs a client secret.");
        foreach (var (field, value) in new[] { ("authorizationEndpoint", provider.AuthorizationEndpoint), ("tokenEndpoint", provider.TokenEndpoint), ("userInfoEndpoint", provider.UserInfoEndpoint) })
        {
            Refuse(errors, oidc && !string.IsNullOrEmpty(value), at + field, "OpenID Connect finds this address by its issuer; leave it empty.");
            Refuse(errors, !oidc && !string.IsNullOrEmpty(value) && !ProviderAddresses.IsAllowed(value), at + field, Address);
        }
    }

    private static void CheckLists(List<FieldError> errors, string at, ProviderSettings provider)
    {
        CheckList(errors, at + "formerIssuers", provider.FormerIssuers, i => provider.Kind == ProviderKind.Oidc && ProviderAddresses.Read(i) is not null, "Give issuers that this OpenID Connect provider had before.");
        CheckList(errors, at + "scopes", provider.Scopes, s => Scope().IsMatch(s), "A scope has no spaces, quotes or invisible characters.");
        CheckList(errors, at + "roles", provider.Roles, r => Word().IsMatch(r) && r != AccountRoles.AdminRole, "Name existing roles other than 'admin': administrators are made by a group, or one by one.");
        CheckList(errors, at + "allowedDomains", provider.AllowedDomains, EmailDomains.IsDomain, "Give domains such as example.org.");
        CheckList(errors, at + "allowedGroups", provider.AllowedGroups, g => IsText(g, MaximumText) && g.Length > 0, "Give the groups' names as the provider writes them.");
        CheckList(errors, at + "exchangeClients", provider.ExchangeClients, c => IsText(c, MaximumText) && c.Length > 0, "Give client ids as the provider writes them.");
        Refuse(errors, provider.TokenExchange && provider.Kind != ProviderKind.Oidc, at + "tokenExchange", "Only tokens of OpenID Connect providers can be verified and exchanged.");
        Refuse(errors, provider.GroupPrefix is { } prefix && (!IsText(prefix, 64) || prefix.Contains(',', StringComparison.Ordinal)), at + "groupPrefix", "It has at most 64 characters, no comma, and none that are invisible.");
        Refuse(errors, provider.ExchangeAudience is { } audience && !IsText(audience, MaximumText), at + "exchangeAudience", $"It has at most {MaximumText} characters.");
        Refuse(errors, provider is { Kind: ProviderKind.Facebook, AllowedDomains.Count: > 0 }, at + "allowedDomains", "Facebook does not say whether an address is verified, so that domains keep nobody out.");
    }

    private static void CheckClaims(List<FieldError> errors, string at, ProviderClaims claims)
    {
        foreach (var (field, value) in new[] { ("userName", claims.UserName), ("displayName", claims.DisplayName), ("email", claims.Email), ("groups", claims.Groups) })
        {
            Refuse(errors, !IsText(value, MaximumText), at + field, $"The name of a claim has at most {MaximumText} characters; leave it empty to take none.");
        }
    }

    private static void CheckList(List<FieldError> errors, string field, IReadOnlyList<string> entries, Func<string, bool> isGood, string rule)
    {
        Refuse(errors, entries.Count > MaximumEntries, field, $"There are {entries.Count}; at most {MaximumEntries} are taken.");
        Refuse(errors, !entries.All(isGood), field, rule);
    }

    private static void Refuse(List<FieldError> errors, bool broken, string field, string message)
    {
        if (broken)
        {
            errors.Add(new(field, message));
        }
    }

    private static bool IsText(string text, int longest) => text.Length <= longest && !text.Any(char.IsControl);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    // RFC 6749 section 3.3.
    [GeneratedRegex(@"^[\x21\x23-\x5B\x5D-\x7E]{1,256}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scope();
}
