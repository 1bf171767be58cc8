using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

/// <summary>A sign-in that waits for its second factor, as stored.</summary>
/// <param name="Id">SHA-256 of the token.</param>
/// <param name="AccountId">Whom the first factor vouched for.</param>
/// <param name="Stamp">The account's security stamp then: a password that changed since vouches for nobody.</param>
/// <param name="Method">The first factor.</param>
/// <param name="Outside">The session at the provider, where there is one.</param>
/// <param name="MustEnrol">The factor is set up on the way.</param>
/// <param name="ExpiresAt">UTC.</param>
internal sealed record ChallengeRecord(
    string Id, string AccountId, string Stamp, string Method, OutsideSession? Outside, bool MustEnrol, DateTimeOffset ExpiresAt);

/// <summary>Challenges in the store: each is used once, by the commit that begins the session.</summary>
internal sealed class Challenges(IDocumentStore store, TimeProvider time)
{
    private const string Prefix = "cwsf_";
    private const int SecretLength = 64;

    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(5);

    private readonly Collection<ChallengeRecord> challenges = new(store, Definition, c => c.Id);

    public static CollectionDefinition Definition { get; } = new("sign-in-challenges");

    public async Task<SecondFactorChallenge> IssueAsync(AccountRecord account, string method, OutsideSession? outside, bool mustEnrol, CancellationToken cancellationToken)
    {
        var token = Prefix + RandomNumberGenerator.GetHexString(SecretLength, lowercase: true);

        // Who sets the factor up may have to install an app first.
        var expires = time.GetUtcNow() + (mustEnrol ? FactorCodes.EnrolmentLives : Lives);
        var record = new ChallengeRecord(Hash(token), account.Id, account.SecurityStamp, method, outside, mustEnrol, expires);
        await store.CommitAsync([challenges.Add(record, expires)], cancellationToken);
        return new SecondFactorChallenge(token, expires, mustEnrol);
    }

    /// <param name="token">May be anything that somebody sent.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<Versioned<ChallengeRecord>?> FindAsync(string token, CancellationToken cancellationToken) =>
        token.Length == Prefix.Length + SecretLength && token.StartsWith(Prefix, StringComparison.Ordinal)
        && await challenges.GetAsync(Hash(token), cancellationToken) is { } found && time.GetUtcNow() < found.Value.ExpiresAt
            ? found
            : null;

    /// <summary>The challenge and its account, if the first factor still vouches for it.</summary>
    public async Task<(Versioned<ChallengeRecord>? Challenge, AccountRecord? Account)> StandsAsync(string token, AccountUserStore accounts, CancellationToken cancellationToken) =>
        await FindAsync(token, cancellationToken) is { } found
        && await accounts.FindByIdAsync(found.Value.AccountId, cancellationToken) is { } account
        && string.Equals(account.SecurityStamp, found.Value.Stamp, StringComparison.Ordinal)
            ? (found, account)
            : (null, null);

    public DocumentWrite Use(Versioned<ChallengeRecord> challenge) => challenges.Remove(challenge.Value.Id, challenge.Version);

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
