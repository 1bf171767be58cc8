using System.Collections.Concurrent;
using CloudWorkstation.Tokens.Issuers;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>
/// Discovery documents and keys, fetched when first needed and kept. A provider that is down keeps the ones it had: people who are signed in there
/// can still come in. One that fails is left alone for a few seconds, or each waiting sign-in would wait for it in turn.
/// </summary>
internal sealed class ProviderDirectory(ProviderHttp http, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Issuer> issuers = new(StringComparer.Ordinal);

    public async Task<Outcome<ProviderMetadata>> MetadataAsync(ProviderSettings provider, CancellationToken cancellationToken) =>
        provider.Kind == ProviderKind.Oidc ? await Of(provider.Issuer!).Metadata.GetAsync(cancellationToken) : ProviderMetadata.OfKind(provider);

    public Task<Outcome<IReadOnlyList<IssuerKey>>> KeysAsync(ProviderMetadata metadata, CancellationToken cancellationToken) =>
        Of(metadata.Issuer).Keys.GetAsync(cancellationToken);

    /// <summary>Asks again because a token names a key that is not among them; whoever sends such tokens makes us ask twice a minute and no more.</summary>
    public Task<Outcome<IReadOnlyList<IssuerKey>>> KeysAgainAsync(ProviderMetadata metadata, CancellationToken cancellationToken) =>
        Of(metadata.Issuer).Keys.GetAgainAsync(cancellationToken);

    /// <summary>As they are at this moment, for somebody who is setting the provider up.</summary>
    public async Task<Outcome<(ProviderMetadata Metadata, IReadOnlyList<IssuerKey> Keys)>> LookAsync(string issuer, CancellationToken cancellationToken)
    {
        var metadata = await FetchMetadataAsync(issuer, cancellationToken);
        if (metadata.Problem is { } problem)
        {
            return problem;
        }

        var keys = await FetchKeysAsync(metadata.Value.Keys!, cancellationToken);
        return keys.Problem is { } noKeys ? noKeys : (metadata.Value, keys.Value);
    }

    public void Dispose()
    {
        foreach (var issuer in issuers.Values)
        {
            issuer.Metadata.Dispose();
            issuer.Keys.Dispose();
        }
    }

    private Issuer Of(string issuer) => issuers.GetOrAdd(issuer, name =>
    {
        var metadata = new Remembered<ProviderMetadata>(token => FetchMetadataAsync(name, token), time);
        return new Issuer(metadata, new Remembered<IReadOnlyList<IssuerKey>>(token => FetchKeysAsync(metadata, token), time));
    });

    private async Task<Outcome<ProviderMetadata>> FetchMetadataAsync(string issuer, CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(ProviderMetadata.DiscoveryOf(issuer), bearer: null, cancellationToken);
        return answer.Problem is { } problem ? problem
            : !answer.Value.IsGood ? ProviderProblems.Unavailable($"{ProviderMetadata.DiscoveryOf(issuer)} answered {(int)answer.Value.Status}.")
            : ProviderMetadata.Read(issuer, answer.Value.Json);
    }

    private async Task<Outcome<IReadOnlyList<IssuerKey>>> FetchKeysAsync(Remembered<ProviderMetadata> source, CancellationToken cancellationToken)
    {
        var metadata = await source.GetAsync(cancellationToken);
        return metadata.Problem is { } problem ? problem : await FetchKeysAsync(metadata.Value.Keys!, cancellationToken);
    }

    private async Task<Outcome<IReadOnlyList<IssuerKey>>> FetchKeysAsync(Uri address, CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(address, bearer: null, cancellationToken);
        return answer.Problem is { } problem ? problem
            : !answer.Value.IsGood ? ProviderProblems.Unavailable($"{address} answered {(int)answer.Value.Status}.")
            : IssuerKey.ReadSet(answer.Value.Bytes) is { Count: > 0 } keys ? Outcome<IReadOnlyList<IssuerKey>>.From(keys)
            : ProviderProblems.Unavailable($"{address} has no key for RS256 or ES256.");
    }

    // Keys that were replaced may still be verifying: they are left to the garbage collector.
    private sealed record Issuer(Remembered<ProviderMetadata> Metadata, Remembered<IReadOnlyList<IssuerKey>> Keys);
}
