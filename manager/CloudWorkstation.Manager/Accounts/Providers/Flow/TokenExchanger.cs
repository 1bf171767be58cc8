using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Tokens;
using CloudWorkstation.Tokens.Issuers;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <inheritdoc />
internal sealed class TokenExchanger(ProviderCatalogue catalogue, ProviderDirectory directory, ProviderTokens tokens, Admission admission, IAuditLog audit) : ITokenExchange
{
    public async Task<Outcome<SignInStep>> ExchangeAsync(TokenExchange exchange, Client client, CancellationToken cancellationToken)
    {
        var issuer = IssuerToken.PeekIssuer(exchange.Token);
        var candidates = (await catalogue.EnabledAsync(cancellationToken)).Where(p => p is { TokenExchange: true, Kind: ProviderKind.Oidc } && p.Issuer == issuer).ToList();
        Outcome<SignInStep> outcome = ProviderProblems.NoExchange;
        foreach (var provider in candidates)
        {
            outcome = await ExchangeAsync(provider, exchange, client, cancellationToken);
            if (outcome.Problem is not { Code: "provider_refused" })
            {
                break;
            }
        }

        if (outcome.Problem is { } problem && problem.Code != AccountProblems.Disabled.Code)
        {
            var stranger = new Actor("anonymous", "unknown", [], [], null, client.Address);
            await audit.RecordAsync(stranger, AuditActions.SessionSignIn, "account/unknown", "refused", $"token-exchange: {problem.Code}: {problem.Detail}", cancellationToken);
        }

        return outcome;
    }

    private async Task<Outcome<SignInStep>> ExchangeAsync(ProviderSettings provider, TokenExchange exchange, Client client, CancellationToken cancellationToken)
    {
        var metadata = await directory.MetadataAsync(provider, cancellationToken);
        if (metadata.Problem is { } silent)
        {
            return silent;
        }

        var verified = exchange.IsIdToken
            ? await tokens.BroughtIdTokenAsync(provider, metadata.Value, exchange.Token, cancellationToken)
            : await tokens.AccessTokenAsync(provider, metadata.Value, exchange.Token, cancellationToken);
        if (verified.Problem is { } problem)
        {
            return problem;
        }

        // A token that does not mention groups says nothing about them: those of the last sign-in stay.
        Jwt.Text(verified.Value, "sub", out var subject);
        var person = PersonFinder.Found(provider, subject, [verified.Value], groupsAreComplete: false);
        return await admission.AdmitAsync(provider, "token-exchange:" + provider.Name, person, idToken: null, client, cancellationToken);
    }
}
