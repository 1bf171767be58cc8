using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.External;

/// <summary>Which account belongs to whom at which authority. A person's document is written in the commit of their account, and never changes.</summary>
internal sealed class IdentityDocuments(IDocumentStore store)
{
    private readonly Collection<KnownIdentity> identities = new(store, Definition, i => i.Id);

    public static CollectionDefinition Definition { get; } = new("identities");

    public async Task<string?> FindAccountAsync(string source, string subject, CancellationToken cancellationToken) =>
        (await identities.GetAsync(Id(source, subject), cancellationToken))?.Value.AccountId;

    /// <summary>Fails with its commit when somebody else has just written the same.</summary>
    public DocumentWrite Add(string source, string subject, string accountId) => identities.Add(new KnownIdentity(Id(source, subject), accountId));

    // A subject may be any text at all; its hash is always a key.
    private static string Id(string source, string subject) => $"{source}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)))}";

    private sealed record KnownIdentity(string Id, string AccountId);
}
