using System.Globalization;

namespace CloudWorkstation.Manager.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact(Timeout = Timeout)]
    public async Task Fifty_increments_in_parallel_lose_none()
    {
        await CommittedAsync(Doc.Add("counter", "0"));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(IncrementAsync, Token)));

        var counter = (await GetAsync("counter")).ShouldNotBeNull();
        Doc.Text(counter).ShouldBe("50");
        counter.Version.ShouldBe(51);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_many_who_add_the_same_document_one_succeeds()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => CommitAsync(Doc.Add("a", $"{i}"), Doc.Add($"trace{i}")), Token)));

        results.Count(r => r.Committed).ShouldBe(1);
        var winner = Array.FindIndex(results, r => r.Committed);
        Doc.Text(await GetAsync("a")).ShouldBe($"{winner}");
        for (var i = 0; i < results.Length; i++)
        {
            (await GetAsync($"trace{i}") is not null).ShouldBe(i == winner);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_who_each_check_what_the_other_writes_do_not_both_succeed()
    {
        for (var round = 0; round < 20; round++)
        {
            var (left, right) = ($"left{round}", $"right{round}");
            await CommittedAsync(Doc.Add(left), Doc.Add(right));

            var results = await Task.WhenAll(
                Task.Run(() => CommitAsync(Doc.CheckVersion(left, 1), Doc.Replace(right, 1)), Token),
                Task.Run(() => CommitAsync(Doc.CheckVersion(right, 1), Doc.Replace(left, 1)), Token));

            results.Count(r => r.Committed).ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_reader_never_sees_half_a_commit()
    {
        await CommittedAsync(Doc.Add("left", "0", Doc.Owner("pair", "l")), Doc.Add("right", "0", Doc.Owner("pair", "r")));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writer = Task.Run(
            async () =>
            {
                for (var i = 1; i <= 100; i++)
                {
                    await CommittedAsync(Doc.Replace("left", i, $"{i}", Doc.Owner("pair", "l")), Doc.Replace("right", i, $"{i}", Doc.Owner("pair", "r")));
                }

                await done.CancelAsync();
            },
            Token);

        while (!done.IsCancellationRequested)
        {
            // Read by key in the order of time: what is read later is never older.
            var left = int.Parse(Doc.Text(await GetAsync("left")), CultureInfo.InvariantCulture);
            var right = int.Parse(Doc.Text(await GetAsync("right")), CultureInfo.InvariantCulture);
            right.ShouldBeGreaterThanOrEqualTo(left);
        }

        await writer;
    }

    private async Task IncrementAsync()
    {
        while (true)
        {
            var current = (await GetAsync("counter")).ShouldNotBeNull();
            var next = int.Parse(Doc.Text(current), CultureInfo.InvariantCulture) + 1;
            if ((await CommitAsync(Doc.Replace("counter", current.Version, $"{next}"))).Committed)
            {
                return;
            }
        }
    }
}
