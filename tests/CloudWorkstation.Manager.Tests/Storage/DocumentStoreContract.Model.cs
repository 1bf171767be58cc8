using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    /// <summary>
    /// Any sequence of commits leaves the store as it leaves a dictionary. FsCheck makes the sequences and shrinks one that does not
    /// to its shortest form; each runs in documents and partitions of its own.
    /// </summary>
    [Fact(Timeout = 2 * Timeout)]
    public async Task Any_sequence_of_commits_does_what_it_does_to_a_dictionary()
    {
        var run = 0;
        await Task.Run(
            () => Prop.ForAll(StoreModel.Commits(), commits => BehavesLikeModelAsync($"run{run++}", commits).GetAwaiter().GetResult())
                .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(30).WithQuietOnSuccess(true)),
            Token);
    }

    private async Task BehavesLikeModelAsync(string run, StoreModel.Commit[] commits)
    {
        var model = new StoreModel(run);
        foreach (var commit in commits)
        {
            var writes = model.Writes(commit);
            var expected = model.Apply(writes);
            (await CommitAsync([.. writes])).Failed.ShouldBe(expected);
        }

        foreach (var id in model.Ids)
        {
            var found = await GetAsync(id);
            (found?.Version, found is null ? null : Doc.Text(found)).ShouldBe(model.Find(id));
        }

        foreach (var (partition, ids) in model.Partitions())
        {
            await EventuallyAsync(Doc.Query(partition), [.. ids]);
            (await AllPagesAsync(Doc.Query(partition) with { Limit = 2, Descending = true })).ShouldBe(ids.Reverse());
        }
    }
}
