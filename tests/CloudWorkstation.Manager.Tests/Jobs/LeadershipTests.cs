using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Tests.Parts;
using Moq;

namespace CloudWorkstation.Manager.Tests.Jobs;

public sealed class LeadershipTests
{
    private const int Timeout = 60_000;
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ManualTime time = new();

    [Fact(Timeout = Timeout)]
    public async Task A_leader_asks_the_store_again_only_in_the_second_half_of_its_term()
    {
        await using var manager = new TestManager(time: time);
        var commits = 0;
        var store = new Mock<IDocumentStore>();
        store.Setup(s => s.GetAsync(It.IsAny<DocumentKey>(), It.IsAny<CancellationToken>())).Returns((DocumentKey k, CancellationToken t) => manager.Get<IDocumentStore>().GetAsync(k, t));
        store.Setup(s => s.CommitAsync(It.IsAny<IReadOnlyList<DocumentWrite>>(), It.IsAny<CancellationToken>())).Returns((IReadOnlyList<DocumentWrite> w, CancellationToken t) =>
        {
            commits++;
            return manager.Get<IDocumentStore>().CommitAsync(w, t);
        });
        var leadership = new Leadership(store.Object, manager.Get<WorkerIdentity>(), time);

        for (var second = 0; second < 60; second++)
        {
            (await leadership.HoldAsync("work", Term, None)).ShouldBeTrue();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        commits.ShouldBe(4);
    }
}
