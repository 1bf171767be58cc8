using System.Text.Json;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>From a provider's claims to a person.</summary>
internal static class ProviderPerson
{
    /// <param name="provider">Says where things are.</param>
    /// <param name="subject">Who.</param>
    /// <param name="sources">Claims, the most trusted first.</param>
    /// <param name="groupsAreComplete">Whether no groups means that the person is in none; else nothing is known about them.</param>
    public static ExternalIdentity Read(ProviderSettings provider, string subject, IReadOnlyList<JsonElement> sources, bool groupsAreComplete)
    {
        var groups = Find(sources, provider.Claims.Groups);
        return new ExternalIdentity
        {
            Source = provider.Source,
            Authority = provider.Authority,
            FormerAuthorities = provider.FormerIssuers,
            Subject = subject,
            UserName = Text(Find(sources, provider.Claims.UserName)),
            DisplayName = Text(Find(sources, provider.Claims.DisplayName)),
            Email = Text(Find(sources, provider.Claims.Email)),
            Groups = groups is { } found ? [.. Names(found).Select(provider.Group)] : groupsAreComplete ? [] : null,
            RolesOfNewAccount = provider.Roles.Count == 0 ? AccountRoles.User : provider.Roles,
        };
    }

    /// <summary>Whether the settings let this person in.</summary>
    /// <param name="emailIsVerified">Whether the provider says that it has tried the address.</param>
    public static bool IsAdmitted(ProviderSettings provider, ExternalIdentity person, bool emailIsVerified) =>
        (provider.AllowedDomains.Count == 0 || (emailIsVerified && person.Email is { } email && EmailDomains.Contains(provider.AllowedDomains, email)))
        && (provider.AllowedGroups.Count == 0 || (person.Groups ?? []).Intersect(provider.AllowedGroups.Select(provider.Group), StringComparer.Ordinal).Any());

    public static bool IsEmailVerified(IReadOnlyList<JsonElement> sources) =>
        Find(sources, "email_verified") is { } value && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.ValueEquals("true")));

    public static bool Has(JsonElement claims, string name) => name.Length == 0 || Find([claims], name) is not null;

    private static JsonElement? Find(IReadOnlyList<JsonElement> sources, string name) =>
        name.Length == 0 ? null : sources.Select(s => Find(s, name)).FirstOrDefault(f => f is not null);

    private static JsonElement? Find(JsonElement claims, string name)
    {
        if (claims.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (claims.TryGetProperty(name, out var value))
        {
            return value.ValueKind == JsonValueKind.Null ? null : value;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && claims.TryGetProperty(name[..dot], out var inner) ? Find(inner, name[(dot + 1)..]) : null;
    }

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? Read(text) : null;

    /// <summary>Providers write groups as a list, as a text with commas, or as objects with a name.</summary>
    private static List<string> Names(JsonElement groups) => groups.ValueKind switch
    {
        JsonValueKind.String => [.. (Read(groups) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        JsonValueKind.Array => [.. groups.EnumerateArray().Select(Name).OfType<string>()],
        JsonValueKind.Object => [.. groups.EnumerateObject().Select(m => Name(m.Value)).OfType<string>()],
        _ => [],
    };

    private static string? Name(JsonElement group) => group.ValueKind switch
    {
        JsonValueKind.String => Read(group),
        JsonValueKind.Object => Jwt.Text(group, "name", out var name) ? name : null,
        _ => null,
    };

    private static string? Read(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}
