using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Keys;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Setup;

/// <summary>
/// The code that only the person who installs the product can read: its hash is in the store, itself in a file of the data directory that only its owner
/// reads. Whoever has it makes the first administrator, once; a stranger who opens the page first has nothing of it.
/// </summary>
internal sealed class SetupCode(IDocumentStore store, DataPaths paths, TimeProvider time)
{
    private const string Id = "code";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private readonly Collection<CodeDocument> codes = new(store, SetupDocuments.Definition, _ => Id);

    private string File => Path.Combine(paths.Root, "setup-code");

    /// <summary>The code of this installation: the one in the file while it is good, else a new one; null when another process made one whose file is elsewhere.</summary>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        var stored = await codes.GetAsync(Id, cancellationToken);
        if (stored is not null && IsLive(stored.Value))
        {
            var known = Read();
            return known is not null && Hash(known) == stored.Value.Hash ? known : null;
        }

        var code = RandomNames.Password();
        PrivateFile.Write(File, Encoding.UTF8.GetBytes(code + "\n"));
        var document = new CodeDocument(Hash(code), time.GetUtcNow() + Lifetime);
        var written = await store.CommitAsync([stored is null ? codes.Add(document) : codes.Replace(document, stored.Version)], cancellationToken);
        return written.Committed ? code : null;
    }

    /// <summary>The write that uses the code up, to go with what it allows; null for a wrong code or one whose time is over.</summary>
    public async Task<DocumentWrite?> UseAsync(string code, CancellationToken cancellationToken)
    {
        var stored = await codes.GetAsync(Id, cancellationToken);
        var same = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(Plain(code))), Encoding.ASCII.GetBytes(stored?.Value.Hash ?? Hash("")));
        return same && stored is not null && IsLive(stored.Value) ? codes.Remove(Id, stored.Version) : null;
    }

    public void Forget() => System.IO.File.Delete(File);

    private bool IsLive(CodeDocument document) => document.ExpiresAt > time.GetUtcNow();

    private string? Read() => System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File).Trim() : null;

    /// <summary>People type it: capitals and spaces around it do not count.</summary>
    private static string Plain(string typed) => typed.Trim().ToLowerInvariant();

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    private sealed record CodeDocument(string Hash, DateTimeOffset ExpiresAt);
}

internal static class SetupDocuments
{
    public static CollectionDefinition Definition { get; } = new("setup");
}
