using System.Buffers.Text;
using System.Collections.Concurrent;
using System.IO.Compression;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Templates.Versions;

/// <summary>A version in the store; written after its pieces, so that whoever finds it finds them.</summary>
/// <param name="Template">What it says of itself; its directory means nothing on another machine.</param>
/// <param name="Pieces">How many pieces its content is in.</param>
/// <param name="StoredAt">When it was first pinned.</param>
internal sealed record ArchivedVersion(Template Template, int Pieces, DateTimeOffset StoredAt)
{
    public static string IdOf(string name, string version) => $"{name}:{version}";
}

/// <summary>Some consecutive bytes of a version's content, compressed.</summary>
internal sealed record ArchivedPiece(string Id, string Data);

/// <summary>
/// Versions in the document store, where every process finds them and none is lost with a machine's disk. Pieces are cut before they are
/// compressed, so two processes that store the same version at once write pieces that mean the same.
/// </summary>
internal sealed class VersionArchive(IDocumentStore store, TimeProvider time)
{
    /// <summary>Uncompressible, in base64 and JSON it stays below the store's limit for a document.</summary>
    private const int PieceBytes = 256 * 1024;
    private const string All = "all";

    private readonly Collection<ArchivedVersion> versions = new(
        store,
        VersionDefinition,
        v => ArchivedVersion.IdOf(v.Template.Name, v.Template.Version),
        v => [new IndexEntry(All, All, ArchivedVersion.IdOf(v.Template.Name, v.Template.Version))]);

    private readonly Collection<ArchivedPiece> pieces = new(store, PieceDefinition, p => p.Id);
    private readonly ConcurrentDictionary<string, bool> stored = new(StringComparer.Ordinal);

    public static CollectionDefinition VersionDefinition { get; } = new("template-versions", All);

    public static CollectionDefinition PieceDefinition { get; } = new("template-pieces");

    /// <summary>Stores the version's files unless they are there already.</summary>
    public async Task StoreAsync(Template template, CancellationToken cancellationToken)
    {
        var id = ArchivedVersion.IdOf(template.Name, template.Version);
        if (stored.ContainsKey(id))
        {
            return;
        }

        if (await versions.GetAsync(id, cancellationToken) is null)
        {
            var content = Read(template);
            var count = (content.Length + PieceBytes - 1) / PieceBytes;
            for (var i = 0; i < count; i++)
            {
                // A piece that is there already holds the same: its name is made of the content's hash.
                var piece = new ArchivedPiece($"{id}:{i:d4}", Pack(content.AsSpan(i * PieceBytes, Math.Min(PieceBytes, content.Length - (i * PieceBytes)))));
                await store.CommitAsync([pieces.Add(piece)], cancellationToken);
            }

            await store.CommitAsync([versions.Add(new ArchivedVersion(template with { Directory = "" }, count, time.GetUtcNow()))], cancellationToken);
        }

        stored[id] = true;
    }

    /// <summary>The version and its content, null when it is not in the store.</summary>
    /// <exception cref="InvalidDataException">The content is not what the version's name says.</exception>
    public async Task<(Template Template, byte[] Content)?> FetchAsync(string name, string version, CancellationToken cancellationToken)
    {
        var id = ArchivedVersion.IdOf(name, version);
        if (await versions.GetAsync(id, cancellationToken) is not { Value: var found })
        {
            return null;
        }

        using var content = new MemoryStream();
        for (var i = 0; i < found.Pieces; i++)
        {
            var piece = await pieces.GetAsync($"{id}:{i:d4}", cancellationToken)
                ?? throw new InvalidDataException($"Piece {i} of the template version {id} is missing in the store.");
            await UnpackAsync(piece.Value.Data, content, cancellationToken);
        }

        return VersionStream.Hash(content.GetBuffer().AsSpan(0, (int)content.Length)) == version
            ? (found.Template, content.ToArray())
            : throw new InvalidDataException($"The content of the template version {id} was changed in the store. Restore it from a backup.");
    }

    /// <summary>What every stored version says of itself.</summary>
    public async Task<IReadOnlyList<Template>> ListAsync(CancellationToken cancellationToken)
    {
        var query = versions.Query(All, All) with { Limit = StoreLimits.MaximumPageSize };
        return await versions.AllAsync(query, cancellationToken).Select(i => i.Value.Template).ToListAsync(cancellationToken);
    }

    private static byte[] Read(Template template)
    {
        using var content = new MemoryStream();
        VersionStream.Write(TemplateContent.Of(template.Directory).Files, content.Write);
        var bytes = content.ToArray();
        return VersionStream.Hash(bytes) == template.Version
            ? bytes
            : throw new InvalidDataException($"The files of the template version {template.Name} {template.Version} were changed since they were kept.");
    }

    private static string Pack(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(bytes);
        }

        return Base64Url.EncodeToString(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    private static async Task UnpackAsync(string data, MemoryStream content, CancellationToken cancellationToken)
    {
        await using var packed = new BrotliStream(new MemoryStream(Base64Url.DecodeFromChars(data)), CompressionMode.Decompress);
        await packed.CopyToAsync(content, cancellationToken);
    }
}
