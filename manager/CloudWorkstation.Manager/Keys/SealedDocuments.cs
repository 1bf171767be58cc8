using System.Buffers.Text;
using System.Security.Cryptography;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Keys;

/// <summary>One encrypted document of the collection <c>keys</c>.</summary>
/// <param name="Id">What it is: <c>ring</c>, <c>desktop-proxy</c>, <c>secrets</c>.</param>
/// <param name="Master">Fingerprint of the master key that it is encrypted under.</param>
/// <param name="Box">Base64url of what <c>SecretBox</c> made.</param>
/// <param name="SealedAt">When it was written.</param>
internal sealed record SealedDocument(string Id, string Master, string Box, DateTimeOffset SealedAt);

/// <summary>What was in a sealed document, and the version that the next write must still find.</summary>
internal sealed record Unsealed(byte[] Content, long Version);

/// <summary>
/// Keys in the store, each encrypted under the master key and written only on the condition that nobody else wrote it meanwhile: processes
/// that start at once agree. What an earlier master key opens is encrypted anew under today's.
/// </summary>
internal sealed partial class SealedDocuments(IDocumentStore store, IOptions<KeyStorageOptions> options, TimeProvider time, ILogger<SealedDocuments> logger)
{
    private readonly Collection<SealedDocument> documents = new(store, Definition, d => d.Id);
    private readonly MasterKey master = MasterKey.TryParse(options.Value.Master) ?? throw new InvalidOperationException("CWS_KEYS__MASTER is not set.");
    private readonly MasterKey? previous = MasterKey.TryParse(options.Value.PreviousMaster);

    public static CollectionDefinition Definition { get; } = new("keys");

    /// <summary>Null when there is no such document.</summary>
    /// <exception cref="CryptographicException">It is there and does not open: it must not be replaced by a new one.</exception>
    public async Task<Unsealed?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (await documents.GetAsync(id, cancellationToken) is not { } stored)
        {
            return null;
        }

        var key = KeyOf(stored.Value);
        var content = Open(key, stored.Value);
        if (key == master || !await WriteAsync(id, content, stored.Version, cancellationToken))
        {
            return new Unsealed(content, stored.Version);
        }

        Log.SealedAnew(logger, id);
        return new Unsealed(content, stored.Version + 1);
    }

    /// <summary>What is stored, or what is made now where nothing is.</summary>
    public async Task<byte[]> ReadOrMakeAsync(string id, Func<byte[]> make, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(id, cancellationToken) is { } stored)
            {
                return stored.Content;
            }

            // When somebody else was first, theirs is read.
            var made = make();
            if (await WriteAsync(id, made, version: null, cancellationToken))
            {
                return made;
            }
        }
    }

    /// <summary>False when somebody else has written it meanwhile.</summary>
    /// <param name="id">What it is.</param>
    /// <param name="content">The new content.</param>
    /// <param name="version">The version it was read at; null when there was none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> WriteAsync(string id, byte[] content, long? version, CancellationToken cancellationToken)
    {
        var document = new SealedDocument(id, master.Fingerprint, Base64Url.EncodeToString(master.Seal(Name(id), content)), time.GetUtcNow());
        var write = version is { } at ? documents.Replace(document, at) : documents.Add(document);
        return (await store.CommitAsync([write], cancellationToken)).Committed;
    }

    private static string Name(string id) => $"keys/{id}";

    private static byte[] Open(MasterKey key, SealedDocument document)
    {
        try
        {
            return key.Open(Name(document.Id), Base64Url.DecodeFromChars(document.Box));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new CryptographicException($"The document {Name(document.Id)} was changed since it was encrypted. Restore it from a backup of the store.", e);
        }
    }

    private MasterKey KeyOf(SealedDocument document) =>
        document.Master == master.Fingerprint ? master
        : document.Master == previous?.Fingerprint ? previous
        : throw new CryptographicException(
            $"The document {Name(document.Id)} is encrypted under another master key (fingerprint {document.Master}) than CWS_KEYS__MASTER. "
            + "Set the key it was encrypted under as CWS_KEYS__PREVIOUSMASTER.");

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Information, "The document keys/{Id} is now encrypted under the new master key.")]
        public static partial void SealedAnew(ILogger logger, string id);
    }
}
