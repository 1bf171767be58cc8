using System.Security.Cryptography;

namespace CloudWorkstation.Manager.Keys;

/// <summary>The key under which desktops' secrets are encrypted; made once, then the same for as long as the installation lives.</summary>
internal interface ISecretsKey
{
    /// <summary>32 bytes. Reads files or the store: called once, at the first use.</summary>
    Task<byte[]> LoadAsync(CancellationToken cancellationToken);
}

/// <summary><c>secrets.key</c> in the data directory.</summary>
internal sealed class SecretsKeyFile(DataPaths paths) : ISecretsKey
{
    public const int Bytes = 32;

    public string File { get; } = Path.Combine(paths.Keys, "secrets.key");

    public Task<byte[]> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(LoadOrCreate());

    /// <summary>Null when there is none.</summary>
    public byte[]? Read()
    {
        if (!System.IO.File.Exists(File))
        {
            return null;
        }

        var key = System.IO.File.ReadAllBytes(File);
        return key.Length == Bytes
            ? key
            : throw new CryptographicException($"{File} holds {key.Length} bytes instead of {Bytes}. Restore it from a backup: without it no desktop's screen opens.");
    }

    private byte[] LoadOrCreate()
    {
        if (!System.IO.File.Exists(File))
        {
            Create();
        }

        return Read()!;
    }

    private void Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var draft = $"{File}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (var file = new FileStream(draft, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(Bytes));
            file.Flush(flushToDisk: true);
        }

        try
        {
            System.IO.File.Move(draft, File, overwrite: false);
        }
        catch (IOException) when (System.IO.File.Exists(File))
        {
            System.IO.File.Delete(draft);
        }
    }
}

/// <summary>
/// <c>keys/secrets</c> in the store, which apis and workers share. An installation that moves its store away from one machine brings the key
/// that its desktops' secrets are encrypted under.
/// </summary>
internal sealed class StoredSecretsKey(SealedDocuments documents, SecretsKeyFile before) : ISecretsKey
{
    public Task<byte[]> LoadAsync(CancellationToken cancellationToken) =>
        documents.ReadOrMakeAsync("secrets", () => before.Read() ?? RandomNumberGenerator.GetBytes(SecretsKeyFile.Bytes), cancellationToken);
}
