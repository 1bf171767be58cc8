using System.Security.Cryptography;
using CloudWorkstation.DesktopProxy.Recording;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Tests.Recording;

/// <summary>The format and its encryption, and what recording costs a pump.</summary>
public sealed class ChunkTests
{
    private const string Id = "01kfake0000000000000000000";
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    [Fact(Timeout = 60_000)]
    public async Task A_chunk_opens_as_what_it_was_and_is_smaller_where_that_is_possible()
    {
        await Task.Yield();
        using var maker = new ChunkMaker(Id, _key);
        using var aes = new AesGcm(_key, 16);
        foreach (var content in new[] { new byte[50_000], RandomNumberGenerator.GetBytes(50_000), [1] })
        {
            var segment = new Segment();
            segment.Append(RecordKind.Screen, 42, content);
            var expected = segment.Content.ToArray();

            var chunk = maker.Make(7, segment).ToArray();

            ChunkSeal.Open(aes, Id, 7, chunk).ShouldBe(expected);
            var head = ChunkSeal.ReadHead(chunk)!.Value;
            (head.Number, head.From, head.To, head.Length).ShouldBe((7u, 42u, 42u, expected.Length));
        }

        var zeros = new Segment();
        zeros.Append(RecordKind.Screen, 1, new byte[50_000]);
        using var another = new ChunkMaker(Id, _key);
        another.Make(0, zeros).Length.ShouldBeLessThan(2_000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_chunk_opens_in_no_other_place_under_no_other_key_and_with_no_bit_changed()
    {
        await Task.Yield();
        using var maker = new ChunkMaker(Id, _key);
        using var aes = new AesGcm(_key, 16);
        using var strange = new AesGcm(RandomNumberGenerator.GetBytes(32), 16);
        var segment = new Segment();
        segment.Append(RecordKind.Screen, 5, "the screen"u8);
        var chunk = maker.Make(3, segment).ToArray();
        Should.Throw<CryptographicException>(() => ChunkSeal.Open(aes, Id, 4, chunk));
        Should.Throw<CryptographicException>(() => ChunkSeal.Open(aes, Id[..^1] + "1", 3, chunk));
        Should.Throw<CryptographicException>(() => ChunkSeal.Open(strange, Id, 3, chunk));
        for (var i = 0; i < chunk.Length; i++)
        {
            var changed = chunk.ToArray();
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => ChunkSeal.Open(aes, Id, 3, changed), $"byte {i}");
        }

        // Renumbered in its head as well, so that it looks like the one that is asked for.
        var renumbered = chunk.ToArray();
        renumbered[11] = 4;
        Should.Throw<CryptographicException>(() => ChunkSeal.Open(aes, Id, 4, renumbered));
    }

    [Fact(Timeout = 60_000)]
    public async Task Recording_a_message_allocates_nothing_once_the_buffers_go_round()
    {
        await Task.Yield();
        using var buffer = new RecordingBuffer(TimeProvider.System, segments: 4);
        var message = new byte[4000];
        void Round()
        {
            for (var i = 0; i < 1000; i++)
            {
                buffer.Append(RecordKind.Screen, message).ShouldBeTrue();
                while (buffer.Take(TimeSpan.MaxValue) is { } full)
                {
                    buffer.GiveBack(full);
                }
            }
        }

        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(16 * 1024)]
    [InlineData(1024)]
    public async Task However_small_the_chunks_a_buffer_holds_as_much_and_a_pump_that_may_read_finds_room(int chunkBytes)
    {
        using var buffer = new RecordingBuffer(TimeProvider.System, segments: 8, chunkBytes);
        var read = new byte[128 * 1024];
        var taken = 0;
        for (; buffer.RoomAsync().IsCompleted; taken++)
        {
            buffer.Append(RecordKind.Screen, read).ShouldBeTrue();
        }

        taken.ShouldBeInRange(8, 16);
        var room = buffer.RoomAsync();
        for (var segment = buffer.Take(TimeSpan.Zero); segment is not null; segment = buffer.Take(TimeSpan.Zero))
        {
            segment.Length.ShouldBeLessThanOrEqualTo(chunkBytes == 0 ? ChunkSeal.MaximumContent : chunkBytes);
            buffer.GiveBack(segment);
        }

        await room;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_buffer_that_is_full_says_so_and_a_pump_waits_for_room_until_some_is_given_back()
    {
        using var buffer = new RecordingBuffer(TimeProvider.System, segments: 4);
        var message = new byte[100_000];
        for (var i = 0; i < 5; i++)
        {
            buffer.RoomAsync().IsCompleted.ShouldBeTrue();
            buffer.Append(RecordKind.Screen, message).ShouldBeTrue();
        }

        buffer.Append(RecordKind.Screen, message).ShouldBeTrue();
        var room = buffer.RoomAsync();
        room.IsCompleted.ShouldBeFalse();
        Enumerable.Range(0, 10).Select(_ => buffer.Append(RecordKind.Screen, message)).ShouldContain(false);
        buffer.GiveBack(buffer.Take(TimeSpan.Zero)!);
        room.IsCompleted.ShouldBeFalse();
        buffer.GiveBack(buffer.Take(TimeSpan.Zero)!);
        await room;
    }
}
