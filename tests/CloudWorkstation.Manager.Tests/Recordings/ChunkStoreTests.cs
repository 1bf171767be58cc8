using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Manager.Tests.Terraform;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>Both places keep the same promises.</summary>
public sealed class ChunkStoreTests(SharedMoto moto)
{
    private const string One = "01kaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Two = "01kbbbbbbbbbbbbbbbbbbbbbbb";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task Files_keep_chunks()
    {
        using var directory = new TemporaryDirectory();
        var store = new FileChunks(new DataPaths(directory.Path));
        await KeepsAsync(store);
        (await store.CheckAsync(None)).ShouldBeNull();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_bucket_keeps_chunks_encrypted_once_more()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var store = new S3Chunks(bucket.S3, new RecordingOptions { Bucket = bucket.Name, Prefix = "kept/here/" }, TimeProvider.System);
        await KeepsAsync(store);
        await store.WriteAsync(One, 0, new byte[] { 1 }, None);
        (await bucket.KeysAsync()).ShouldContain($"kept/here/{One}/00000000");
        (await bucket.S3.GetObjectMetadataAsync(bucket.Name, $"kept/here/{One}/00000000", None)).ServerSideEncryptionMethod.Value.ShouldBe("AES256");
        (await store.CheckAsync(None)).ShouldBeNull();
        (await new S3Chunks(bucket.S3, new RecordingOptions { Bucket = bucket.Name + "-gone" }, TimeProvider.System).CheckAsync(None)).ShouldNotBeNull();
    }

    private static async Task KeepsAsync(IChunkStore store)
    {
        (await store.ReadAsync(One, 0, 100, None)).ShouldBeNull();
        (await store.LookAsync(One, None)).ShouldBe(new StoredChunks(0, 0));
        foreach (var number in new uint[] { 0, 1, 3 })
        {
            (await store.WriteAsync(One, number, new byte[] { 1, 2, 3, (byte)number }, None)).ShouldBeTrue();
        }

        (await store.WriteAsync(Two, 0, new byte[] { 9 }, None)).ShouldBeTrue();
        (await store.WriteAsync(One, 1, new byte[] { 1, 2, 3, 1 }, None)).ShouldBeTrue("the same again");
        (await store.WriteAsync(One, 1, new byte[] { 9, 9, 9, 9 }, None)).ShouldBeFalse("another one");
        (await store.ReadAsync(One, 1, int.MaxValue, None)).ShouldBe([1, 2, 3, 1]);
        (await store.ReadAsync(One, 1, 2, None)).ShouldBe([1, 2]);
        (await store.LookAsync(One, None)).ShouldBe(new StoredChunks(2, 12));
        (await store.ListAsync(None).ToListAsync(None)).ShouldBe([One, Two], ignoreOrder: true);
        await store.DeleteAsync(One, None);
        await store.DeleteAsync(One, None);
        (await store.LookAsync(One, None)).ShouldBe(new StoredChunks(0, 0));
        (await store.ReadAsync(Two, 0, int.MaxValue, None)).ShouldBe([9]);
    }
}
