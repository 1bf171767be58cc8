using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>
/// The keys directory. <c>signing/ring.json</c> is the one truth about signing keys: a private key is written before the ring names
/// it and removed after the ring has forgotten it, so a crash between any two steps leaves at most a file nobody uses.
/// </summary>
internal sealed class KeyFiles(DataPaths paths)
{
    private string Signing => Path.Combine(paths.Keys, "signing");

    private string Ring => Path.Combine(Signing, "ring.json");

    /// <summary>Held while keys are made, loaded or dropped: an api and its workers share the directory.</summary>
    public IDisposable Lock()
    {
        CreateDirectories();
        return PrivateFile.Lock(Path.Combine(paths.Keys, "ring.lock"));
    }

    /// <summary>Null when there is no usable ring: first start, or a file that is broken beyond our own crashes.</summary>
    public KeyRingState? LoadRing()
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

    public void SaveRing(KeyRingState ring) => PrivateFile.Write(Ring, JsonSerializer.SerializeToUtf8Bytes(ring, Collection<KeyRingState>.Json));

    /// <summary>Makes a key pair and returns its id.</summary>
    public string CreateKey()
    {
        var kid = "k-" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 12);
        using var key = RsaKey.Create(kid);
        WritePem(PemOf(kid), key);
        return kid;
    }

    public RsaKey LoadKey(string kid) => RsaKey.FromPem(kid, File.ReadAllText(PemOf(kid)));

    /// <summary>Removes what a crash or a rotation left behind.</summary>
    public void RemoveAllBut(KeyRingState ring)
    {
        foreach (var file in Directory.EnumerateFiles(Signing).Where(f => !string.Equals(f, Ring, StringComparison.Ordinal)))
        {
            if (!ring.Keys.Any(k => string.Equals(PemOf(k.Kid), file, StringComparison.Ordinal)))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>The key pair of the desktop proxies, made at the first start.</summary>
    public RsaKey LoadDesktopProxyKey()
    {
        const string Kid = "desktop-proxy";
        var path = Path.Combine(paths.Keys, "desktop-proxy.pem");
        if (!File.Exists(path))
        {
            using var key = RsaKey.Create(Kid);
            WritePem(path, key);
        }

        return RsaKey.FromPem(Kid, File.ReadAllText(path));
    }

    /// <summary>The secret with which the product's own processes speak to each other, made at the first start.</summary>
    public void EnsureInternalKey()
    {
        var path = Path.Combine(paths.Keys, "internal.key");
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))));
        }
    }

    private static void WritePem(string path, RsaKey key) => PrivateFile.Write(path, Encoding.ASCII.GetBytes(key.Rsa.ExportPkcs8PrivateKeyPem() + "\n"));

    private void CreateDirectories()
    {
        PrivateFile.CreateDirectory(paths.Root);
        PrivateFile.CreateDirectory(paths.Keys);
        PrivateFile.CreateDirectory(Signing);
    }

    private string PemOf(string kid) => Path.Combine(Signing, kid + ".pem");
}
