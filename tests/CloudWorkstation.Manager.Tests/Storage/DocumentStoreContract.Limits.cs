using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact(Timeout = Timeout)]
    public async Task The_largest_document_fits_and_one_byte_more_does_not()
    {
        var largest = Doc.Add("a") with { Json = Doc.Json(new string('x', StoreLimits.MaximumDocumentBytes - 2)) };
        largest.Json.Length.ShouldBe(StoreLimits.MaximumDocumentBytes);

        await CommittedAsync(largest);

        (await GetAsync("a")).ShouldNotBeNull().Json.Length.ShouldBe(StoreLimits.MaximumDocumentBytes);
        await RefusedAsync(Doc.Add("b") with { Json = Doc.Json(new string('x', StoreLimits.MaximumDocumentBytes - 1)) });
    }

    [Fact(Timeout = Timeout)]
    public async Task A_put_needs_json() => await RefusedAsync(Doc.Add("a") with { Json = default });

    [Fact(Timeout = Timeout)]
    public async Task A_commit_has_at_most_a_hundred_writes() =>
        await RefusedAsync([.. Enumerable.Range(0, StoreLimits.MaximumWritesPerCommit + 1).Select(i => Doc.Add($"n{i}"))]);

    [Fact(Timeout = Timeout)]
    public async Task A_commit_carries_a_bounded_number_of_bytes()
    {
        var json = Doc.Json(new string('x', 380 * 1024));

        await RefusedAsync([.. Enumerable.Range(0, 11).Select(i => Doc.Add($"n{i}") with { Json = json })]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_document_appears_once_in_a_commit() => await RefusedAsync(Doc.Add("a"), Doc.CheckAbsent("a"));

    [Fact(Timeout = Timeout)]
    public async Task A_document_is_in_an_index_once() => await RefusedAsync(Doc.Add("a", "x", Doc.Owner("p", "1"), Doc.Owner("q", "2")));

    [Fact(Timeout = Timeout)]
    public async Task A_delete_names_the_version_it_removes() => await RefusedAsync(Doc.Delete("a", 1) with { Condition = ConditionKind.Absent });

    [Fact(Timeout = Timeout)]
    public async Task A_collection_that_only_grows_takes_no_replacement_and_no_removal()
    {
        var line = Doc.Add("a") with { Key = Doc.Key("a", Doc.Lines) };
        await CommittedAsync(line);

        await RefusedAsync(line with { Condition = ConditionKind.VersionIs, ExpectedVersion = 1 });
        await RefusedAsync(Doc.Add("b"), line with { Kind = WriteKind.Delete, Condition = ConditionKind.VersionIs, ExpectedVersion = 1 });
        (await CommitAsync(line)).Failed.ShouldBe([0]);
        await CommittedAsync(line with { Kind = WriteKind.Check, Condition = ConditionKind.VersionIs, ExpectedVersion = 1 });
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("ümlaut")]
    [InlineData("semi;colon")]
    [InlineData("nul\0")]
    public async Task Ids_have_a_few_plain_characters_only(string id)
    {
        await RefusedAsync(Doc.Add(id));
        await Should.ThrowAsync<ArgumentException>(() => GetAsync(id));
    }

    [Fact(Timeout = Timeout)]
    public async Task Ids_may_have_256_characters_and_use_all_allowed_ones()
    {
        var longest = "aZ09_:.@/-".PadRight(256, 'x');

        await CommittedAsync(Doc.Add(longest));

        (await GetAsync(longest)).ShouldNotBeNull();
        await RefusedAsync(Doc.Add(longest + "x"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Undeclared_collections_and_indexes_are_refused()
    {
        await RefusedAsync(Doc.Add("a") with { Key = Doc.Key("a", "undeclared") });
        await RefusedAsync(Doc.Add("a", "x", new IndexEntry("undeclared", "p", "1")));
        await Should.ThrowAsync<ArgumentException>(() => Store.GetAsync(Doc.Key("a", "undeclared"), Token));
        await Should.ThrowAsync<ArgumentException>(() => Store.QueryAsync(Doc.Query("p") with { Index = "undeclared" }, Token));
        await Should.ThrowAsync<ArgumentException>(() => Store.QueryAsync(Doc.Query("p") with { Collection = "undeclared" }, Token));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", "1")]
    [InlineData("nul\0", "1")]
    [InlineData("p", "nul\0")]
    public async Task Partitions_are_not_empty_and_nul_is_in_neither_partition_nor_sort(string partition, string sort) =>
        await RefusedAsync(Doc.Add("a", "x", Doc.Owner(partition, sort)));

    // Not as a theory: an attribute's text is stored as UTF-8, which has no half pair.
    [Fact(Timeout = Timeout)]
    public async Task Half_a_surrogate_pair_is_refused() => await RefusedAsync(Doc.Add("a", "x", Doc.Owner("p", "half " + "\uD83D"[0] + " pair \uFFFD")));

    [Fact(Timeout = Timeout)]
    public async Task Partitions_have_at_most_256_and_sorts_at_most_512_characters()
    {
        await CommittedAsync(Doc.Add("a", "x", Doc.Owner(new string('p', 256), new string('s', 512))));
        await EventuallyAsync(Doc.Query(new string('p', 256)), "a");

        await RefusedAsync(Doc.Add("b", "x", Doc.Owner(new string('p', 257), "1")));
        await RefusedAsync(Doc.Add("b", "x", Doc.Owner("p", new string('s', 513))));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(StoreLimits.MaximumPageSize + 1)]
    public async Task A_page_has_between_one_and_a_thousand_documents(int limit) =>
        await Should.ThrowAsync<ArgumentException>(() => Store.QueryAsync(Doc.Query("p") with { Limit = limit }, Token));

    private async Task RefusedAsync(params DocumentWrite[] writes)
    {
        await Should.ThrowAsync<ArgumentException>(() => Store.CommitAsync([.. writes, Doc.Add("innocent")], Token));
        (await GetAsync("innocent")).ShouldBeNull();
    }
}
