using System.Globalization;
using System.Text.Json;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>Somebody whom a provider has vouched for.</summary>
/// <param name="Identity">Who.</param>
/// <param name="EmailIsVerified">Whether the provider has tried the address.</param>
/// <param name="SessionId">The provider's session; null when it names none.</param>
internal sealed record FoundPerson(ExternalIdentity Identity, bool EmailIsVerified, string? SessionId);

/// <summary>From the tokens that a code gave to the person.</summary>
internal sealed class PersonFinder(ProviderTokens tokens, CodeExchange exchange)
{
    public Task<Outcome<FoundPerson>> FindAsync(ProviderSettings provider, ProviderMetadata metadata, GivenTokens given, string nonce, CancellationToken cancellationToken) =>
        provider.Kind switch
        {
            ProviderKind.Github => GithubAsync(provider, metadata.UserInfo!, given, cancellationToken),
            ProviderKind.Facebook => FacebookAsync(provider, metadata.UserInfo!, given, cancellationToken),
            _ => OidcAsync(provider, metadata, given, nonce, cancellationToken),
        };

    private async Task<Outcome<FoundPerson>> OidcAsync(ProviderSettings provider, ProviderMetadata metadata, GivenTokens given, string nonce, CancellationToken cancellationToken)
    {
        var verified = await tokens.IdTokenAsync(provider, metadata, given.IdToken!, nonce, cancellationToken);
        if (verified.Problem is { } problem)
        {
            return problem;
        }

        var sources = new List<JsonElement> { verified.Value };
        Jwt.Text(verified.Value, "sub", out var subject);
        if (metadata.UserInfo is { } address && !IsComplete(provider, verified.Value))
        {
            var info = await exchange.UserInfoAsync(provider, address, given.AccessToken, cancellationToken);
            if (info.Problem is { } silent)
            {
                return silent;
            }

            // OpenID Connect Core section 5.3.2: another subject would be another person's data.
            if (!Jwt.Text(info.Value, "sub", out var same) || !string.Equals(same, subject, StringComparison.Ordinal))
            {
                return ProviderProblems.Refused("its ID token and its user info are about different people.");
            }

            sources.Add(info.Value);
        }

        return Found(provider, subject, sources, groupsAreComplete: true);
    }

    public static FoundPerson Found(ProviderSettings provider, string subject, IReadOnlyList<JsonElement> sources, bool groupsAreComplete) => new(
        ProviderPerson.Read(provider, subject, sources, groupsAreComplete),
        ProviderPerson.IsEmailVerified(sources),
        Jwt.Text(sources[0], "sid", out var session) && session.Length is > 0 and <= 256 ? session : null);

    private static bool IsComplete(ProviderSettings provider, JsonElement claims) =>
        new[] { provider.Claims.UserName, provider.Claims.DisplayName, provider.Claims.Email, provider.Claims.Groups }.All(name => ProviderPerson.Has(claims, name));

    private async Task<Outcome<FoundPerson>> GithubAsync(ProviderSettings provider, Uri address, GivenTokens given, CancellationToken cancellationToken)
    {
        var user = await exchange.UserInfoAsync(provider, address, given.AccessToken, cancellationToken);
        if (user.Problem is { } problem)
        {
            return problem;
        }

        if (!user.Value.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number))
        {
            return ProviderProblems.Refused("it does not say who you are.");
        }

        var emails = await BelowAsync(provider, address, "/emails", "user:email", given, cancellationToken);
        var organisations = await BelowAsync(provider, address, "/orgs", "read:org", given, cancellationToken);
        if ((emails.Problem ?? organisations.Problem) is { } silent)
        {
            return silent;
        }

        var primary = Items(emails.Value).FirstOrDefault(e => Is(e, "primary") && Is(e, "verified"));
        return new FoundPerson(
            new ExternalIdentity
            {
                Source = provider.Source,
                Authority = provider.Authority,
                Subject = number.ToString(CultureInfo.InvariantCulture),
                UserName = Text(user.Value, "login"),
                DisplayName = Text(user.Value, "name"),
                Email = primary.ValueKind == JsonValueKind.Object ? Text(primary, "email") : null,
                Groups = [.. Items(organisations.Value).Select(o => Text(o, "login")).OfType<string>().Select(provider.Group)],
                RolesOfNewAccount = provider.Roles.Count == 0 ? AccountRoles.User : provider.Roles,
            },
            EmailIsVerified: true,
            SessionId: null);
    }

    /// <summary>Asked for only with the scope that allows it.</summary>
    private async Task<Outcome<JsonElement>> BelowAsync(ProviderSettings provider, Uri address, string path, string scope, GivenTokens given, CancellationToken cancellationToken) =>
        ProviderScopes.Of(provider).Contains(scope, StringComparer.Ordinal)
            ? await exchange.UserInfoAsync(provider, new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + path), given.AccessToken, cancellationToken)
            : Outcome<JsonElement>.From(default);

    private async Task<Outcome<FoundPerson>> FacebookAsync(ProviderSettings provider, Uri address, GivenTokens given, CancellationToken cancellationToken)
    {
        var user = await exchange.UserInfoAsync(provider, address, given.AccessToken, cancellationToken);
        return user.Problem is { } problem ? problem
            : Text(user.Value, "id") is { Length: > 0 } id ? new FoundPerson(
                new ExternalIdentity
                {
                    Source = provider.Source,
                    Authority = provider.Authority,
                    Subject = id,
                    DisplayName = Text(user.Value, "name"),
                    Email = Text(user.Value, "email"),
                    RolesOfNewAccount = provider.Roles.Count == 0 ? AccountRoles.User : provider.Roles,
                },
                EmailIsVerified: false,
                SessionId: null)
            : ProviderProblems.Refused("it does not say who you are.");
    }

    private static List<JsonElement> Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static bool Is(JsonElement item, string name) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement item, string name) => item.ValueKind == JsonValueKind.Object && Jwt.Text(item, name, out var text) ? text : null;
}
