using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Tokens.Issuers;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <inheritdoc />
internal sealed class ProviderSetUp(ProviderDirectory directory, ProviderCatalogue catalogue) : IProviderSetUp
{
    public async Task<Outcome<ProviderFindings>> TestAsync(Actor actor, string issuer, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        if (ProviderAddresses.Read(issuer) is not { Query.Length: 0 })
        {
            return Problem.Invalid(new FieldError("issuer", "Give the issuer as the provider writes it: an https:// address without query and fragment."));
        }

        var found = await directory.LookAsync(issuer, cancellationToken);
        return found.Problem is { } problem ? problem : Findings(found.Value.Metadata, found.Value.Keys);
    }

    public ProviderRegistration Registration(string provider) => new(catalogue.RedirectUri(provider), catalogue.SignedOutUri, catalogue.BackChannelUri(provider));

    private static ProviderFindings Findings(ProviderMetadata metadata, IReadOnlyList<IssuerKey> keys) => new()
    {
        Issuer = metadata.Issuer,
        AuthorizationEndpoint = metadata.Authorization.AbsoluteUri,
        TokenEndpoint = metadata.Token.AbsoluteUri,
        UserInfoEndpoint = metadata.UserInfo?.AbsoluteUri,
        EndSessionEndpoint = metadata.EndSession?.AbsoluteUri,
        BackChannelLogout = metadata.BackChannelLogout,
        IssuerParameter = metadata.SaysIssuer,
        Algorithms = metadata.Algorithms,
        Keys = keys.Count,
    };
}
