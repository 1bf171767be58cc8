namespace CloudWorkstation.Manager.Recordings.Chunks;

/// <summary>How far a recording's chunks go without a gap.</summary>
/// <param name="Count">Chunks from 0 up to the first that is missing.</param>
/// <param name="Bytes">Of all chunks that are there.</param>
internal sealed record StoredChunks(uint Count, long Bytes);

/// <summary>Where encrypted chunks are kept. It knows nothing of what is in them.</summary>
internal interface IChunkStore : IRecordingPlace
{
    /// <summary>Keeps a chunk for good; false when there is another one of this number.</summary>
    Task<bool> WriteAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken);

    /// <summary>The chunk, or its first bytes; null when it is not there.</summary>
    Task<byte[]?> ReadAsync(string recording, uint number, int most, CancellationToken cancellationToken);

    /// <summary>Removes what a process that died in the middle of writing has left of a recording that has ended; chunks stay.</summary>
    Task TidyAsync(string recording, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<StoredChunks> LookAsync(string recording, CancellationToken cancellationToken);

    /// <summary>Removes all there is of a recording; nothing is fine too.</summary>
    Task DeleteAsync(string recording, CancellationToken cancellationToken);

    /// <summary>The recordings of which there is something.</summary>
    IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken);
}

/// <summary>The places, and the one that new recordings go to.</summary>
internal sealed class ChunkStores(IReadOnlyList<IChunkStore> stores)
{
    public IReadOnlyList<IChunkStore> All => stores;

    /// <value>New recordings go to the first.</value>
    public IChunkStore Current => stores[0];

    /// <summary>Null when the place is not set up (any more).</summary>
    public IChunkStore? Of(Recording recording) => stores.FirstOrDefault(s => s.Name == recording.Place);
}
