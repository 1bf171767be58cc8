using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.SignIn;

/// <summary>
/// Counts failed sign-ins of names that have no account just as those of accounts are counted. Without it, the lockout would tell
/// which names exist. Names are kept as hashes: people type passwords into the wrong field.
/// </summary>
internal sealed class UnknownNames(IDocumentStore store, TimeProvider time)
{
    private readonly Collection<Attempts> attempts = new(store, Definition, a => a.Id);

    public static CollectionDefinition Definition { get; } = new("sign-in-attempts");

    public async Task<LockoutState> GetAsync(string normalizedName, CancellationToken cancellationToken) =>
        (await attempts.GetAsync(Id(normalizedName), cancellationToken))?.Value.State ?? LockoutState.None;

    /// <summary>Counts one more failure; false when somebody else counted at the same time.</summary>
    public async Task<bool> CountAsync(string normalizedName, AccountOptions options, DocumentWrite audit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var current = await attempts.GetAsync(Id(normalizedName), cancellationToken);
        var next = new Attempts(Id(normalizedName), (current?.Value.State ?? LockoutState.None).AfterFailure(now, options));
        var expires = now + LockoutState.Memory;
        var write = current is null ? attempts.Add(next, expires) : attempts.Replace(next, current.Version, expires);
        return (await store.CommitAsync([write, audit], cancellationToken)).Committed;
    }

    /// <summary>The name was right after all: somebody signed in with it. A failure that is counted at this moment may survive.</summary>
    public async Task ForgetAsync(string normalizedName, CancellationToken cancellationToken)
    {
        if (await attempts.GetAsync(Id(normalizedName), cancellationToken) is { } current && current.Value.State != LockoutState.None)
        {
            await store.CommitAsync([attempts.Replace(current.Value with { State = LockoutState.None }, current.Version, time.GetUtcNow() + LockoutState.Memory)], cancellationToken);
        }
    }

    private static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private sealed record Attempts(string Id, LockoutState State);
}
