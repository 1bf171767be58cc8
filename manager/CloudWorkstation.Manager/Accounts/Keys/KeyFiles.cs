using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>
/// The keys directory. <c>signing/ring.json</c> is the one truth about signing keys: a private key is written before the ring names
/// it and removed after the ring has forgotten it, so a crash between any two steps leaves at most a file nobody uses. A lock is held
/// meanwhile: several processes may share the directory.
/// </summary>
internal sealed class KeyFiles(DataPaths paths) : IKeyStorage
{
    private string Signing => Path.Combine(paths.Keys, "signing");

    private string Ring => Path.Combine(Signing, "ring.json");

    public Task<StoredRing?> ReadRingAsync(CancellationToken cancellationToken)
    {
        using var held = Lock();
        EnsureInternalKey();
        var state = LoadState();
        if (state is null)
        {
            return Task.FromResult<StoredRing?>(null);
        }

        RemoveAllBut(state);
        return Task.FromResult<StoredRing?>(new StoredRing(state, state.Keys.ToDictionary(k => k.Kid, k => File.ReadAllText(PemOf(k.Kid)), StringComparer.Ordinal)));
    }

    public Task<bool> ReplaceRingAsync(KeyRingState? before, StoredRing after, CancellationToken cancellationToken)
    {
        using var held = Lock();
        var current = LoadState();
        if (before is null ? current is not null : current is null || !current.IsSameAs(before))
        {
            return Task.FromResult(false);
        }

        foreach (var (kid, pem) in after.Pems.Where(p => current?.Keys.Any(k => k.Kid == p.Key) != true))
        {
            PrivateFile.Write(PemOf(kid), Encoding.ASCII.GetBytes(pem));
        }

        PrivateFile.Write(Ring, JsonSerializer.SerializeToUtf8Bytes(after.State, Collection<KeyRingState>.Json));
        RemoveAllBut(after.State);
        return Task.FromResult(true);
    }

    public Task<string> DesktopProxyPemAsync(CancellationToken cancellationToken)
    {
        using var held = Lock();
        var path = Path.Combine(paths.Keys, "desktop-proxy.pem");
        if (!File.Exists(path))
        {
            using var key = RsaKey.Create("desktop-proxy");
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(key.Rsa.ExportPkcs8PrivateKeyPem() + "\n"));
        }

        return Task.FromResult(File.ReadAllText(path));
    }

    private IDisposable Lock()
    {
        PrivateFile.CreateDirectory(paths.Root);
        PrivateFile.CreateDirectory(paths.Keys);
        PrivateFile.CreateDirectory(Signing);
        return PrivateFile.Lock(Path.Combine(paths.Keys, "ring.lock"));
    }

    /// <summary>Null also for a file that is broken beyond our own crashes.</summary>
    private KeyRingState? LoadState()
    {
        try
        {
            var ring = File.Exists(Ring) ? JsonSerializer.Deserialize<KeyRingState>(File.ReadAllBytes(Ring), Collection<KeyRingState>.Json) : null;
            return ring is not null && ring.IsWhole() && ring.Keys.All(k => File.Exists(PemOf(k.Kid))) ? ring : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Removes what a crash or a rotation left behind.</summary>
    private void RemoveAllBut(KeyRingState ring)
    {
        foreach (var file in Directory.EnumerateFiles(Signing).Where(f => !string.Equals(f, Ring, StringComparison.Ordinal)))
        {
            if (!ring.Keys.Any(k => string.Equals(PemOf(k.Kid), file, StringComparison.Ordinal)))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>The secret with which the product's own processes speak to each other, made at the first start.</summary>
    private void EnsureInternalKey()
    {
        var path = Path.Combine(paths.Keys, "internal.key");
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))));
        }
    }

    private string PemOf(string kid) => Path.Combine(Signing, kid + ".pem");
}
