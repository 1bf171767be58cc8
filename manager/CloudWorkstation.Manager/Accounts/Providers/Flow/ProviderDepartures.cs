using System.Text;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>Sends browsers to a provider.</summary>
internal sealed class ProviderDepartures(ProviderCatalogue catalogue, ProviderDirectory directory, SecretSeal seal, TimeProvider time)
{
    /// <param name="provider">Where to.</param>
    /// <param name="destination">A page of the console for afterwards.</param>
    /// <param name="link">The account to link; null to sign in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Outcome<ProviderDeparture>> LeaveAsync(ProviderSettings provider, string destination, TripOfLink? link, CancellationToken cancellationToken)
    {
        var metadata = await directory.MetadataAsync(provider, cancellationToken);
        if (metadata.Problem is { } problem)
        {
            return problem;
        }

        var trip = SignInTrip.Begin(provider.Name, destination, time.GetUtcNow()) with { Link = link };
        return new ProviderDeparture(Address(provider, metadata.Value, trip), trip.Seal(seal), trip.At + SignInTrip.Lifetime);
    }

    private Uri Address(ProviderSettings provider, ProviderMetadata metadata, SignInTrip trip)
    {
        var query = new StringBuilder(metadata.Authorization.Query.TrimStart('?'));
        void Add(string name, string value) => query.Append(query.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        Add("response_type", "code");
        Add("client_id", provider.ClientId);
        Add("redirect_uri", catalogue.RedirectUri(provider.Name));
        Add("scope", string.Join(' ', ProviderScopes.Of(provider)));
        Add("state", trip.State);
        Add("code_challenge", trip.Challenge);
        Add("code_challenge_method", "S256");
        if (provider.Kind == ProviderKind.Oidc)
        {
            Add("nonce", trip.Nonce);
            if (trip.Link is not null)
            {
                Add("prompt", "login");
            }
        }

        return new UriBuilder(metadata.Authorization) { Query = query.ToString() }.Uri;
    }
}
