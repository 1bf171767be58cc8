using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact(Timeout = Timeout)]
    public async Task A_document_that_was_never_written_is_null() => (await GetAsync("nobody")).ShouldBeNull();

    [Fact(Timeout = Timeout)]
    public async Task A_new_document_has_version_1_and_comes_back_byte_for_byte()
    {
        var write = Doc.Add("a") with { Json = """{ "name":"Grüße 🚀", "n": 1.50 }"""u8.ToArray() };

        await CommittedAsync(write);

        var found = (await GetAsync("a")).ShouldNotBeNull();
        found.Version.ShouldBe(1);
        found.Key.ShouldBe(Doc.Key("a"));
        found.Json.ToArray().ShouldBe(write.Json.ToArray());
    }

    [Fact(Timeout = Timeout)]
    public async Task Adding_a_document_that_exists_fails_and_changes_nothing()
    {
        await CommittedAsync(Doc.Add("a", "first"));

        var result = await CommitAsync(Doc.Add("a", "second"));

        result.Failed.ShouldBe([0]);
        Doc.Text(await GetAsync("a")).ShouldBe("first");
    }

    [Fact(Timeout = Timeout)]
    public async Task Replacing_raises_the_version_by_one()
    {
        await CommittedAsync(Doc.Add("a"));
        await CommittedAsync(Doc.Replace("a", 1, "second"));
        await CommittedAsync(Doc.Replace("a", 2, "third"));

        var found = (await GetAsync("a")).ShouldNotBeNull();
        found.Version.ShouldBe(3);
        Doc.Text(found).ShouldBe("third");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public async Task Replacing_at_another_version_fails(long version)
    {
        await CommittedAsync(Doc.Add("a"));
        await CommittedAsync(Doc.Replace("a", 1, "second"));

        (await CommitAsync(Doc.Replace("a", version, "third"))).Failed.ShouldBe([0]);
        Doc.Text(await GetAsync("a")).ShouldBe("second");
    }

    [Fact(Timeout = Timeout)]
    public async Task Replacing_or_deleting_what_does_not_exist_fails()
    {
        (await CommitAsync(Doc.Replace("a", 1))).Failed.ShouldBe([0]);
        (await CommitAsync(Doc.Delete("a", 1))).Failed.ShouldBe([0]);
        (await GetAsync("a")).ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Deleting_removes_the_document_and_its_index_entries()
    {
        await CommittedAsync(Doc.Add("a", "x", Doc.Owner("alice", "1")));

        await CommittedAsync(Doc.Delete("a", 1));

        (await GetAsync("a")).ShouldBeNull();
        await EventuallyAsync(Doc.Query("alice"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Deleting_at_another_version_fails()
    {
        await CommittedAsync(Doc.Add("a"));

        (await CommitAsync(Doc.Delete("a", 2))).Failed.ShouldBe([0]);
        (await GetAsync("a")).ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_deleted_document_can_be_added_again()
    {
        await CommittedAsync(Doc.Add("a"));
        await CommittedAsync(Doc.Delete("a", 1));

        await CommittedAsync(Doc.Add("a", "again"));

        Doc.Text(await GetAsync("a")).ShouldBe("again");
    }

    [Fact(Timeout = Timeout)]
    public async Task Checks_guard_a_commit_and_change_nothing_themselves()
    {
        await CommittedAsync(Doc.Add("guard"));

        await CommittedAsync(Doc.CheckVersion("guard", 1), Doc.CheckAbsent("nobody"), Doc.Add("a"));

        (await GetAsync("guard")).ShouldNotBeNull().Version.ShouldBe(1);
        (await GetAsync("nobody")).ShouldBeNull();
        (await GetAsync("a")).ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failed_check_stops_the_whole_commit()
    {
        await CommittedAsync(Doc.Add("guard"));

        (await CommitAsync(Doc.Add("a"), Doc.CheckVersion("guard", 2))).Failed.ShouldBe([1]);
        (await CommitAsync(Doc.Add("a"), Doc.CheckAbsent("guard"))).Failed.ShouldBe([1]);
        (await CommitAsync(Doc.Add("a"), Doc.CheckVersion("nobody", 1))).Failed.ShouldBe([1]);
        (await GetAsync("a")).ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task All_failed_positions_are_reported_and_nothing_is_done()
    {
        await CommittedAsync(Doc.Add("old"), Doc.Add("gone"));

        var result = await CommitAsync(Doc.Add("new"), Doc.Add("old"), Doc.Delete("gone", 1), Doc.Replace("nobody", 1), Doc.Replace("old2", 7));

        result.Committed.ShouldBeFalse();
        result.Failed.ShouldBe([1, 3, 4]);
        (await GetAsync("new")).ShouldBeNull();
        (await GetAsync("gone")).ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_hundred_writes_are_done_together_or_not_at_all()
    {
        DocumentWrite[] hundred = [.. Enumerable.Range(0, StoreLimits.MaximumWritesPerCommit).Select(i => Doc.Add($"n{i:000}"))];
        await CommittedAsync(Doc.Add("n099", "in the way"));

        (await CommitAsync(hundred)).Failed.ShouldBe([99]);
        (await GetAsync("n000")).ShouldBeNull();

        await CommittedAsync(Doc.Delete("n099", 1));
        await CommittedAsync(hundred);
        (await GetAsync("n000")).ShouldNotBeNull();
        (await GetAsync("n099")).ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_empty_commit_is_done() => await CommittedAsync();

    [Fact(Timeout = Timeout)]
    public async Task The_same_id_in_two_collections_names_two_documents()
    {
        await CommittedAsync(Doc.Add("a", "thing"), Doc.Add("a", "other") with { Key = Doc.Key("a", "others") });

        Doc.Text(await GetAsync("a")).ShouldBe("thing");
        Doc.Text(await Store.GetAsync(Doc.Key("a", "others"), Token)).ShouldBe("other");
    }

    [Fact(Timeout = Timeout)]
    public async Task Ids_differ_by_case()
    {
        await CommittedAsync(Doc.Add("Name", "upper"), Doc.Add("name", "lower"));

        Doc.Text(await GetAsync("Name")).ShouldBe("upper");
        Doc.Text(await GetAsync("name")).ShouldBe("lower");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_commit_that_is_cancelled_before_it_begins_does_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Store.CommitAsync([Doc.Add("a")], cancelled.Token));
        (await GetAsync("a")).ShouldBeNull();
    }
}
