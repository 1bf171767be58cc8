using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.External;

/// <summary>
/// Which account belongs to whom at which authority. A person's document is written in the commit of their account, and goes with the link. Documents from
/// before authorities were kept say the source alone: such a one counts for the authority that the source had when this was first asked, and no other.
/// </summary>
internal sealed class IdentityDocuments(IDocumentStore store)
{
    private const long OnlyVersion = 1;

    private readonly Collection<KnownIdentity> identities = new(store, Definition, i => i.Id);
    private readonly Collection<KnownAuthority> authorities = new(store, Authorities, a => a.Source);
    private readonly ConcurrentDictionary<string, string> remembered = new(StringComparer.Ordinal);

    public static CollectionDefinition Definition { get; } = new("identities");

    public static CollectionDefinition Authorities { get; } = new("identity-authorities");

    public async Task<FoundIdentity?> FindAsync(ExternalIdentity identity, CancellationToken cancellationToken)
    {
        if (await identities.GetAsync(Id(identity), cancellationToken) is { } known)
        {
            return new FoundIdentity(known.Value.AccountId, IsOld: false, null);
        }

        foreach (var former in identity.FormerAuthorities)
        {
            if (await identities.GetAsync(Id(identity.Source, former, identity.Subject), cancellationToken) is { } moved)
            {
                return new FoundIdentity(moved.Value.AccountId, IsOld: true, identities.Remove(moved.Value.Id, moved.Version));
            }
        }

        return identity.Authority is not null && await IsMeantByNameAloneAsync(identity, cancellationToken)
            && await identities.GetAsync(OldId(identity.Source, identity.Subject), cancellationToken) is { } old
                ? new FoundIdentity(old.Value.AccountId, IsOld: true, null)
                : null;
    }

    /// <summary>Fails with its commit when somebody else has just written the same.</summary>
    public DocumentWrite Add(ExternalIdentity identity, string accountId) => identities.Add(new KnownIdentity(Id(identity), accountId));

    /// <summary>What is written down about a link, to be removed with it.</summary>
    public async Task<IReadOnlyList<DocumentWrite>> RemoveAsync(IdentityLink link, string accountId, CancellationToken cancellationToken)
    {
        var writes = new List<DocumentWrite>();
        foreach (var id in new[] { OldId(link.Source, link.Subject), link.Authority is { } authority ? Id(link.Source, authority, link.Subject) : "" }.Where(i => i.Length > 0))
        {
            if ((await identities.GetAsync(id, cancellationToken))?.Value.AccountId == accountId)
            {
                writes.Add(identities.Remove(id, OnlyVersion));
            }
        }

        return writes;
    }

    /// <summary>Notes who stands behind a source, the first time that anybody asks; afterwards only tells.</summary>
    public async Task<string> FirstAuthorityAsync(string source, string authority, CancellationToken cancellationToken)
    {
        if (!remembered.TryGetValue(source, out var first))
        {
            var known = await authorities.GetAsync(source, cancellationToken);
            if (known is null)
            {
                await store.CommitAsync([authorities.Add(new KnownAuthority(source, authority))], cancellationToken);
                known = await authorities.GetAsync(source, cancellationToken);
            }

            first = remembered.GetOrAdd(source, known?.Value.Authority ?? authority);
        }

        return first;
    }

    private async Task<bool> IsMeantByNameAloneAsync(ExternalIdentity identity, CancellationToken cancellationToken) =>
        await FirstAuthorityAsync(identity.Source, identity.Authority!, cancellationToken) is var first
        && (first == identity.Authority || identity.FormerAuthorities.Contains(first, StringComparer.Ordinal));

    private static string Id(ExternalIdentity identity) =>
        identity.Authority is { } authority ? Id(identity.Source, authority, identity.Subject) : OldId(identity.Source, identity.Subject);

    // No issuer has a line end: two pairs never make one text.
    private static string Id(string source, string authority, string subject) => $"{source}/by/{Hash($"{authority}\n{subject}")}";

    private static string OldId(string source, string subject) => $"{source}/{Hash(subject)}";

    // A subject may be any text at all; its hash is always a key.
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed record KnownIdentity(string Id, string AccountId);

    private sealed record KnownAuthority(string Source, string Authority);
}

/// <summary>Whose document was found.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="IsOld">It is of another time: the account has to say whether this person is meant, and says the present authority from then on.</param>
/// <param name="Leave">Takes the old document away, where it would mislead later.</param>
internal sealed record FoundIdentity(string AccountId, bool IsOld, DocumentWrite? Leave);
