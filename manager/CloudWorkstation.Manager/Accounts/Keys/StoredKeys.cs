using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>The keys in the document store: the ring with its private keys is one encrypted document, so a rotation is one conditional write.</summary>
internal sealed class StoredKeys(SealedDocuments documents) : IKeyStorage
{
    private const string Ring = "ring";

    public async Task<StoredRing?> ReadRingAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken))?.Ring;

    public async Task<bool> ReplaceRingAsync(KeyRingState? before, StoredRing after, CancellationToken cancellationToken)
    {
        var current = await ReadAsync(cancellationToken);
        var expected = before is null ? current is null : current is { } found && found.Ring.State.IsSameAs(before);
        return expected && await documents.WriteAsync(Ring, JsonSerializer.SerializeToUtf8Bytes(after, Collection<StoredRing>.Json), current?.Version, cancellationToken);
    }

    public async Task<string> DesktopProxyPemAsync(CancellationToken cancellationToken) =>
        Encoding.ASCII.GetString(await documents.ReadOrMakeAsync("desktop-proxy", MakePem, cancellationToken));

    // Only who holds the master key could have written it: what opens and is no ring is a defect, and must not be replaced in silence.
    private async Task<(StoredRing Ring, long Version)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await documents.ReadAsync(Ring, cancellationToken) is not { } stored)
        {
            return null;
        }

        var ring = JsonSerializer.Deserialize<StoredRing>(stored.Content, Collection<StoredRing>.Json);
        return ring?.IsWhole() == true ? (ring, stored.Version) : throw new CryptographicException("The document keys/ring holds no usable keys.");
    }

    private static byte[] MakePem()
    {
        using var key = RsaKey.Create("desktop-proxy");
        return Encoding.ASCII.GetBytes(key.Rsa.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
