using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

/// <summary>Which account a credential belongs to. Written in the commit that adds it, never changed: its absence makes credentials unique.</summary>
internal sealed class PasskeyDocuments(IDocumentStore store)
{
    private const long OnlyVersion = 1;

    private readonly Collection<KnownPasskey> passkeys = new(store, Definition, p => p.Id);

    public static CollectionDefinition Definition { get; } = new("passkeys");

    public async Task<string?> FindAccountAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        (await passkeys.GetAsync(PasskeyRecord.IdOf(credentialId), cancellationToken))?.Value.AccountId;

    public DocumentWrite Add(byte[] credentialId, string accountId) => passkeys.Add(new KnownPasskey(PasskeyRecord.IdOf(credentialId), accountId));

    public DocumentWrite Remove(byte[] credentialId) => passkeys.Remove(PasskeyRecord.IdOf(credentialId), OnlyVersion);

    private sealed record KnownPasskey(string Id, string AccountId);
}
