using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>A long recording, read piece by piece.</summary>
public sealed class RecordingPartTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Auditor = new("acc-auditor", "auditor", ["auditor"], [], "ses-auditor");

    [Fact(Timeout = 60_000)]
    public async Task Pages_of_chunks_together_are_the_recording()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 25);

        var pages = new List<List<uint>>();
        for (var first = 0u; pages.LastOrDefault() is not { Count: 0 }; first += 10)
        {
            pages.Add(await session.PlayAsync(Auditor, new RecordingPart { First = first, Count = 10 }));
        }

        pages.Select(p => p.Count).ShouldBe([10, 10, 5, 0]);
        pages.SelectMany(p => p).ShouldBe(Enumerable.Range(0, 25).Select(n => (uint)n));
        (await session.PlayAsync(Auditor, new RecordingPart { First = 3, Count = 1, From = 20_000 })).ShouldBe([20u]);
        (await session.PlayAsync(Auditor, new RecordingPart { First = 22, Count = uint.MaxValue, From = 4000 })).ShouldBe([22u, 23u, 24u]);
        (await session.PlayAsync(Auditor, new RecordingPart { First = uint.MaxValue })).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_gap_or_a_changed_chunk_ends_a_page_and_what_comes_after_it_is_not_given_away()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 9);
        var chunk = Path.Combine(manager.Paths.Recordings, session.Id, "00000005.chunk");
        var bytes = await File.ReadAllBytesAsync(chunk, None);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(chunk, bytes, None);

        (await session.PlayAsync(Auditor, new RecordingPart { First = 3, Count = 4 })).ShouldBe([3u, 4u]);
        File.Delete(chunk);
        (await session.PlayAsync(Auditor)).ShouldBe([0u, 1u, 2u, 3u, 4u]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_outline_tells_when_there_was_something_to_see_and_what_people_did_and_shows_nothing()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        (await session.Intake.PutAsync(session.Id, 0, session.Chunk(0, new string('x', 500)), None)).Succeeded.ShouldBeTrue();
        (await session.Intake.PutAsync(session.Id, 1, session.Chunk(1, "a sign of life"), None)).Succeeded.ShouldBeTrue();

        var opened = await session.Recordings.OpenAsync(Auditor, session.Id, new RecordingPart { Pictures = false }, None);

        var seen = new List<(uint Chunk, RecordKind Kind, uint At, int Length)>();
        await foreach (var chunk in opened.Value)
        {
            var records = chunk.Records.Span;
            while (StreamRecord.TryRead(ref records, out var record))
            {
                seen.Add((chunk.Number, record.Kind, record.At, record.Content.Length));
            }
        }

        seen.ShouldBe(
        [
            (0u, RecordKind.Screen, 0u, 0), (0u, RecordKind.Mark, 0u, 1), (0u, RecordKind.Key, 0u, 5),
            (1u, RecordKind.Mark, 1000u, 1), (1u, RecordKind.Key, 1000u, 5),
        ]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_page_asks_again_whether_the_person_may_and_a_sitting_is_on_record_once()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 4);
        await session.PlayAsync(Auditor, new RecordingPart { First = 0, Count = 2 });
        await session.PlayAsync(Auditor, new RecordingPart { First = 2, Count = 2 });
        var demoted = new Actor(Auditor.AccountId, Auditor.UserName, ["user"], [], Auditor.SessionId);
        (await session.Recordings.OpenAsync(demoted, session.Id, new RecordingPart { First = 2 }, None)).Problem!.Code.ShouldBe("not_found");
        (await session.Recordings.OpenAsync(TestManager.Alice, session.Id, new RecordingPart { Pictures = false }, None)).Problem!.Code.ShouldBe("forbidden");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_store_is_asked_for_the_next_chunks_before_the_last_one_has_come()
    {
        await using var manager = new TestManager();
        var session = await RecordedSession.OpenAsync(manager);
        await session.PutAsync(0, 8);
        await session.Intake.CompleteAsync(session.Id, 8, "closed", None);
        var slow = new SlowChunks(manager.Get<ChunkStores>().Current);
        var chunks = new RecordingChunks(manager.Get<RecordingKeys>(), new ChunkStores([slow]));

        var reading = chunks.ReadAsync(await session.ReadAsync(), new RecordingPart(), None).GetAsyncEnumerator(None);
        var first = reading.MoveNextAsync();
        slow.Asked.ShouldBe(4);
        slow.LetGo();
        (await first).ShouldBeTrue();
        reading.Current.Number.ShouldBe(0u);
        await reading.DisposeAsync();
    }

    /// <summary>Answers when it is told to.</summary>
    private sealed class SlowChunks(IChunkStore store) : IChunkStore
    {
        private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Asked { get; private set; }

        public string Name => store.Name;

        public void LetGo() => go.SetResult();

        public async Task<byte[]?> ReadAsync(string recording, uint number, int most, CancellationToken cancellationToken)
        {
            Asked++;
            await go.Task;
            return await store.ReadAsync(recording, number, most, cancellationToken);
        }

        public Task<PlaceFault?> CheckAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

        public Task<bool> WriteAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) => store.WriteAsync(recording, number, chunk, cancellationToken);

        public Task<StoredChunks> LookAsync(string recording, CancellationToken cancellationToken) => store.LookAsync(recording, cancellationToken);

        public Task DeleteAsync(string recording, CancellationToken cancellationToken) => store.DeleteAsync(recording, cancellationToken);

        public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);
    }
}
