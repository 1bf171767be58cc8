using System.Globalization;
using CloudWorkstation.Manager.Accounts.Keys;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Recordings.Chunks;

/// <summary>Chunks as files of the data directory: <c>recordings/ID/00000000.chunk</c>, 0600, each there whole or not at all.</summary>
internal sealed class FileChunks(DataPaths paths) : IChunkStore
{
    private const string Ending = ".chunk";
    private const long NeededBytes = 256L << 20;
    private const int NoSpaceLeft = 28;

    public string Name => "files";

    public Task<PlaceFault?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            PrivateFile.CreateDirectory(paths.Recordings);
            return Task.FromResult(new DriveInfo(paths.Recordings).AvailableFreeSpace < NeededBytes
                ? new PlaceFault("the disk is nearly full.", $"Less than {NeededBytes >> 20} MB are free where {paths.Recordings} is.", "Free some space, or keep recordings in a bucket: CWS_RECORDINGS__BUCKET.")
                : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<PlaceFault?>(new PlaceFault("their directory cannot be written.", $"{paths.Recordings} cannot be written: {e.Message}", "Give the directory to the user that the api runs as."));
        }
    }

    public async Task<bool> WriteAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var path = PathOf(recording, number);
        if (File.Exists(path))
        {
            return (await File.ReadAllBytesAsync(path, cancellationToken)).AsSpan().SequenceEqual(chunk.Span);
        }

        try
        {
            PrivateFile.CreateDirectory(DirectoryOf(recording));
            PrivateFile.Write(path, chunk.Span);
            return true;
        }
        catch (IOException e) when ((e.HResult & 0xffff) == NoSpaceLeft)
        {
            throw new StorageFullException("The disk that holds the recordings is full.", e);
        }
    }

    public async Task<byte[]?> ReadAsync(string recording, uint number, int most, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(recording, number));
            var content = new byte[Math.Min(most, RandomAccess.GetLength(file))];
            var read = await RandomAccess.ReadAsync(file, content, 0, cancellationToken);
            return content[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task<StoredChunks> LookAsync(string recording, CancellationToken cancellationToken)
    {
        var directory = new DirectoryInfo(DirectoryOf(recording));
        var (numbers, bytes) = (new HashSet<uint>(), 0L);
        foreach (var file in directory.Exists ? directory.EnumerateFiles("*" + Ending) : [])
        {
            if (uint.TryParse(Path.GetFileNameWithoutExtension(file.Name), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
                bytes += file.Length;
            }
        }

        var count = 0u;
        while (numbers.Contains(count))
        {
            count++;
        }

        return Task.FromResult(new StoredChunks(count, bytes));
    }

    public Task TidyAsync(string recording, CancellationToken cancellationToken)
    {
        var directory = new DirectoryInfo(DirectoryOf(recording));
        foreach (var file in directory.Exists ? directory.EnumerateFiles() : [])
        {
            if (file.Extension != Ending)
            {
                file.Delete();
            }
        }

        return Task.CompletedTask;
    }

    public Task DeleteAsync(string recording, CancellationToken cancellationToken)
    {
        PrivateTree.Remove(DirectoryOf(recording));
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) =>
        (Directory.Exists(paths.Recordings) ? Directory.EnumerateDirectories(paths.Recordings).Select(d => Path.GetFileName(d)) : []).ToAsyncEnumerable();

    private string DirectoryOf(string recording) => Path.Combine(paths.Recordings, recording);

    private string PathOf(string recording, uint number) => Path.Combine(DirectoryOf(recording), number.ToString("d8", CultureInfo.InvariantCulture) + Ending);
}
