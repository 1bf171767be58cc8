using System.Text;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <inheritdoc />
internal sealed class ProviderSignIn(
    ProviderCatalogue catalogue,
    ProviderDirectory directory,
    CodeExchange codes,
    PersonFinder people,
    Admission admission,
    IAuditLog audit,
    SecretSeal seal,
    TimeProvider time) : IProviderSignIn
{
    private const int MaximumCode = 4096;

    public async Task<IReadOnlyList<OfferedProvider>> OfferedAsync(CancellationToken cancellationToken) =>
        [.. (await catalogue.EnabledAsync(cancellationToken)).Select(p => new OfferedProvider(p.Name, p.Label))];

    public async Task<Outcome<ProviderDeparture>> LeaveAsync(string provider, string destination, CancellationToken cancellationToken)
    {
        if (await catalogue.FindAsync(provider, cancellationToken) is not { } settings)
        {
            return ProviderProblems.Unknown;
        }

        var metadata = await directory.MetadataAsync(settings, cancellationToken);
        if (metadata.Problem is { } problem)
        {
            return problem;
        }

        var trip = SignInTrip.Begin(settings.Name, destination, time.GetUtcNow());
        return new ProviderDeparture(Address(settings, metadata.Value, trip), trip.Seal(seal), trip.At + SignInTrip.Lifetime);
    }

    public async Task<Outcome<ProviderReturn>> ReturnAsync(string provider, ProviderCallback callback, Client client, CancellationToken cancellationToken)
    {
        if (await catalogue.FindAsync(provider, cancellationToken) is not { } settings)
        {
            return ProviderProblems.Unknown;
        }

        var outcome = await SignInAsync(settings, callback, client, cancellationToken);
        if (outcome.Problem is { } problem && problem.Code != AccountProblems.Disabled.Code)
        {
            var stranger = new Actor("anonymous", "unknown", [], [], null, client.Address);
            await audit.RecordAsync(stranger, AuditActions.SessionSignIn, "account/unknown", "refused", $"{settings.Source}: {problem.Code}: {problem.Detail}", cancellationToken);
        }

        return outcome;
    }

    private async Task<Outcome<ProviderReturn>> SignInAsync(ProviderSettings provider, ProviderCallback callback, Client client, CancellationToken cancellationToken)
    {
        if (SignInTrip.Open(seal, provider.Name, callback.Trip, time.GetUtcNow()) is not { } trip || !trip.IsState(callback.State))
        {
            return ProviderProblems.Expired;
        }

        var metadata = await directory.MetadataAsync(provider, cancellationToken);
        if (metadata.Problem is { } silent)
        {
            return silent;
        }

        if (CheckAnswer(metadata.Value, callback) is { } problem)
        {
            return problem;
        }

        var found = await FindAsync(provider, metadata.Value, callback.Code!, trip, cancellationToken);
        if (found.Problem is { } refused)
        {
            return refused;
        }

        var step = await admission.AdmitAsync(provider, provider.Source, found.Value.Person, found.Value.Tokens.IdToken, client, cancellationToken);
        return step.Problem is { } unwanted ? unwanted : new ProviderReturn(step.Value, trip.Destination);
    }

    /// <summary>Who the answer comes from is settled before anything in it counts, an error included (RFC 9207 section 2.4).</summary>
    private static Problem? CheckAnswer(ProviderMetadata metadata, ProviderCallback callback) =>
        metadata.SaysIssuer && callback.Issuer is null ? ProviderProblems.Refused("the answer does not say which provider it comes from (iss).")
        : callback.Issuer is { } issuer && metadata.Issuer.Length > 0 && !string.Equals(issuer, metadata.Issuer, StringComparison.Ordinal)
            ? ProviderProblems.Refused("the answer comes from another provider (iss).")
        : callback.Error is "access_denied" ? ProviderProblems.Denied
        : callback.Error is "temporarily_unavailable" or "server_error" ? ProviderProblems.Unavailable("it reported a fault of its own.")
        : callback.Error is not null || callback.Code is not { Length: > 0 and <= MaximumCode } ? ProviderProblems.Refused("it answered with an error instead of a code.")
        : null;

    private async Task<Outcome<(FoundPerson Person, GivenTokens Tokens)>> FindAsync(
        ProviderSettings provider, ProviderMetadata metadata, string code, SignInTrip trip, CancellationToken cancellationToken)
    {
        var given = await codes.RedeemAsync(provider, metadata, code, trip, cancellationToken);
        if (given.Problem is { } problem)
        {
            return problem;
        }

        var person = await people.FindAsync(provider, metadata, given.Value, trip.Nonce, cancellationToken);
        return person.Problem is { } refused ? refused : (person.Value, given.Value);
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
        }

        return new UriBuilder(metadata.Authorization) { Query = query.ToString() }.Uri;
    }
}
