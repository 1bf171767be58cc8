using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <inheritdoc />
internal sealed class ProviderSignIn(
    ProviderCatalogue catalogue,
    ProviderDirectory directory,
    ProviderDepartures departures,
    IdentityDocuments identities,
    CodeExchange codes,
    PersonFinder people,
    Admission admission,
    IdentityLinks links,
    IAuditLog audit,
    SecretSeal seal,
    TimeProvider time) : IProviderSignIn
{
    private const int MaximumCode = 4096;

    private static readonly Dictionary<string, string> OfLink = new(StringComparer.Ordinal) { [ProviderReturn.LinkMark] = "true" };

    public async Task<IReadOnlyList<OfferedProvider>> OfferedAsync(CancellationToken cancellationToken)
    {
        var providers = await catalogue.EnabledAsync(cancellationToken);
        foreach (var provider in providers)
        {
            // Accounts from before issuers were kept belong to the issuer of today: noted by the first look at the sign-in page.
            await identities.FirstAuthorityAsync(provider.Source, provider.Authority, cancellationToken);
        }

        return [.. providers.Select(p => new OfferedProvider(p.Name, p.Label))];
    }

    public async Task<Outcome<ProviderDeparture>> LeaveAsync(string provider, string destination, CancellationToken cancellationToken)
    {
        if (await catalogue.FindAsync(provider, cancellationToken) is not { } settings)
        {
            return ProviderProblems.Unknown;
        }

        return await departures.LeaveAsync(settings, destination, link: null, cancellationToken);
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

        var outcome = await GoOnAsync(provider, callback, trip, client, cancellationToken);
        return trip.Link is not null && outcome.Problem is { } problem ? problem with { Extensions = OfLink } : outcome;
    }

    private async Task<Outcome<ProviderReturn>> GoOnAsync(ProviderSettings provider, ProviderCallback callback, SignInTrip trip, Client client, CancellationToken cancellationToken)
    {
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

        if (trip.Link is { } link)
        {
            var linked = await links.LinkAsync(provider, link, found.Value.Person, client, cancellationToken);
            return linked.Problem is { } not ? not : new ProviderReturn(null, trip.Destination);
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
}
