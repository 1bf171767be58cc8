using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Tokens;

/// <summary>Tokens in use: found by the id in their text with one point read. Making and revoking is in <c>ApiTokens.Change.cs</c>.</summary>
internal sealed partial class ApiTokens(
    IDocumentStore store,
    AccountUserStore accounts,
    AccountManager manager,
    SecondFactor.Proofs proofs,
    SecondFactor.FactorNews news,
    IAccessPolicy policy,
    Sessions.SessionVouching vouching,
    IAuditLog audit,
    Microsoft.Extensions.Options.IOptions<ApiTokenOptions> options,
    TimeProvider time) : IApiTokens
{
    /// <summary>A token that is used all the time costs one write a minute.</summary>
    private static readonly TimeSpan UseIsNoted = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(30);

    private static readonly byte[] NobodysHash = new byte[2 * SHA256.HashSizeInBytes];

    private readonly Collection<ApiTokenRecord> tokens = new(store, ApiTokenRecord.Definition, t => t.Id);

    public event EventHandler<TokenRevokedEventArgs>? Revoked;

    public async Task<Outcome<Actor>> AuthenticateAsync(string text, string? address, CancellationToken cancellationToken)
    {
        var presented = ApiTokenText.Parse(text);
        var found = presented is null ? null : await tokens.GetAsync(presented.Id, cancellationToken);
        var expected = found is null ? NobodysHash : Encoding.ASCII.GetBytes(found.Value.Hash);
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(presented?.Hash() ?? "")) || found is null)
        {
            return AccountProblems.UnknownToken;
        }

        if (await ActAsync(found.Value, address, cancellationToken) is not { } actor || await HasLeftAsync(found.Value, cancellationToken))
        {
            return AccountProblems.UnknownToken;
        }

        await NoteUseAsync(found, address, cancellationToken);
        return actor;
    }

    public async Task<Actor?> FindLiveAsync(string tokenId, string? address, CancellationToken cancellationToken) =>
        await tokens.GetAsync(tokenId, cancellationToken) is { } found ? await ActAsync(found.Value, address, cancellationToken) : null;

    public async Task<Outcome<IReadOnlyList<ApiTokenInfo>>> ListAsync(Actor actor, string accountId, CancellationToken cancellationToken)
    {
        if (!actor.Is(accountId) && !actor.May(Permissions.AccountsRead))
        {
            return AccountProblems.Forbidden;
        }

        if (await FindAsync(accountId, cancellationToken) is not { } account)
        {
            return Problem.NotFound("account", accountId);
        }

        var now = time.GetUtcNow();
        return Outcome<IReadOnlyList<ApiTokenInfo>>.From([.. (await OfAsync(account, cancellationToken)).Select(t => t.ToInfo(account, now))]);
    }

    /// <summary>The account's access at this moment, narrowed by the scopes; null when the token no longer counts.</summary>
    private async Task<Actor?> ActAsync(ApiTokenRecord token, string? address, CancellationToken cancellationToken)
    {
        if (await accounts.FindByIdAsync(token.AccountId, cancellationToken) is not { } account || !token.IsValid(account, time.GetUtcNow()))
        {
            return null;
        }

        var access = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, account.AllGroups);
        return account.ToActor(null, address) with
        {
            Roles = access.Roles,
            Access = access.Within(access.Permissions.Where(p => ApiTokenScopes.Allow(token.Scopes, p))),
            Token = new TokenGrant(token.Id, token.Scopes),
        };
    }

    /// <summary>A token of somebody who has left their directory counts no more; asked as often as its use is noted.</summary>
    private async Task<bool> HasLeftAsync(ApiTokenRecord token, CancellationToken cancellationToken) =>
        IsDue(token) && await accounts.FindByIdAsync(token.AccountId, cancellationToken) is { } account && await vouching.HasLeftAsync(account, cancellationToken);

    private bool IsDue(ApiTokenRecord token) => token.LastUsedAt is not { } last || time.GetUtcNow() - last >= UseIsNoted;

    /// <summary>Whoever else writes at the same moment has noted a use too, or revoked it: nothing is repeated.</summary>
    private async Task NoteUseAsync(Versioned<ApiTokenRecord> found, string? address, CancellationToken cancellationToken)
    {
        if (!IsDue(found.Value))
        {
            return;
        }

        await store.CommitAsync([Replace(found.Value with { LastUsedAt = time.GetUtcNow(), LastUsedFrom = address }, found.Version)], cancellationToken);
    }

    private async Task<IReadOnlyList<ApiTokenRecord>> OfAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        var found = new List<ApiTokenRecord>();
        foreach (var id in account.Tokens)
        {
            if (await tokens.GetAsync(id, cancellationToken) is { Value: { RevokedAt: null } token })
            {
                found.Add(token);
            }
        }

        return found;
    }

    private DocumentWrite Replace(ApiTokenRecord token, long version) => tokens.Replace(token, version, token.ExpiresAt + KeptAfterExpiry);

    private async Task<AccountRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        id.Length is >= 1 and <= 64 && id.All(char.IsAsciiLetterOrDigit) ? await accounts.FindByIdAsync(id, cancellationToken) : null;
}
