using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact(Timeout = Timeout)]
    public async Task A_partition_is_read_in_the_order_of_its_sorts_and_holds_no_others()
    {
        await CommittedAsync(
            Doc.Add("c", "3", Doc.Owner("alice", "3")),
            Doc.Add("a", "1", Doc.Owner("alice", "1")),
            Doc.Add("b", "2", Doc.Owner("alice", "2")),
            Doc.Add("x", "9", Doc.Owner("alice2", "0")),
            Doc.Add("y", "9", new IndexEntry(Doc.ByState, "alice", "0")));

        await EventuallyAsync(Doc.Query("alice"), "a", "b", "c");
        await EventuallyAsync(Doc.Query("alice") with { Descending = true }, "c", "b", "a");
        await EventuallyAsync(Doc.Query("ALICE"));
        var page = await Store.QueryAsync(Doc.Query("alice"), Token);
        page.NextToken.ShouldBeNull();
        page.Documents.Select(d => (d.Version, Doc.Text(d))).ShouldBe([(1, "1"), (1, "2"), (1, "3")]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Equal_sorts_are_ordered_by_id()
    {
        await CommittedAsync(Doc.Add("b", "x", Doc.Owner("p", "1")), Doc.Add("a", "x", Doc.Owner("p", "1")), Doc.Add("c", "x", Doc.Owner("p", "0")));

        await EventuallyAsync(Doc.Query("p"), "c", "a", "b");
        await EventuallyAsync(Doc.Query("p") with { Descending = true }, "b", "a", "c");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_lower_bound_is_inclusive_and_the_upper_one_exclusive_in_both_directions()
    {
        await CommittedAsync([.. "abcde".Select(c => Doc.Add($"id-{c}", "x", Doc.Owner("p", c.ToString())))]);
        var query = Doc.Query("p");

        await EventuallyAsync(query with { From = "b", To = "d" }, "id-b", "id-c");
        await EventuallyAsync(query with { From = "b", To = "d", Descending = true }, "id-c", "id-b");
        await EventuallyAsync(query with { From = "d" }, "id-d", "id-e");
        await EventuallyAsync(query with { To = "b" }, "id-a");
        await EventuallyAsync(query with { From = "d", To = "b" });
        await EventuallyAsync(query with { From = "bb", To = "cc" }, "id-c");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_empty_sort_comes_first_and_is_found()
    {
        await CommittedAsync(Doc.Add("b", "x", Doc.Owner("p", "1")), Doc.Add("a", "x", Doc.Owner("p", "")));

        await EventuallyAsync(Doc.Query("p"), "a", "b");
        await EventuallyAsync(Doc.Query("p") with { From = "", To = "1" }, "a");
    }

    [Fact(Timeout = Timeout)]
    public async Task Sorts_are_ordered_by_utf8_bytes()
    {
        // U+FF5E is one UTF-16 unit above the surrogates that U+1F680 is made of, but its UTF-8 comes first.
        string[] ordered = ["A", "Z", "a", "z", "~", "é", "ß", "ー", "～", "🚀", "🚀a"];
        string[] utf8 = [.. ordered.OrderBy(s => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(s)), StringComparer.Ordinal)];
        await CommittedAsync([.. utf8.Select((sort, i) => Doc.Add($"id{i:00}", sort, Doc.Owner("p", sort))).Reverse()]);

        await EventuallyAsync(Doc.Query("p"), [.. utf8.Select((_, i) => $"id{i:00}")]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_follow_one_another_without_gap_or_repetition(bool descending)
    {
        string[] ids = [.. Enumerable.Range(0, 25).Select(i => $"n{i:00}")];
        await CommittedAsync([.. ids.Select(id => Doc.Add(id, "x", Doc.Owner("p", id[..2])))]);
        await EventuallyAsync(Doc.Query("p"), ids);

        var seen = await AllPagesAsync(Doc.Query("p") with { Descending = descending, Limit = 7, From = "n0", To = "n9" });

        seen.ShouldBe(descending ? ids.Reverse() : ids);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_page_that_ends_with_the_partition_has_no_token()
    {
        await CommittedAsync([.. "abc".Select(c => Doc.Add($"{c}", "x", Doc.Owner("p", $"{c}")))]);
        await EventuallyAsync(Doc.Query("p"), "a", "b", "c");

        (await Store.QueryAsync(Doc.Query("p") with { Limit = 3 }, Token)).NextToken.ShouldBeNull();
        (await Store.QueryAsync(Doc.Query("p") with { Limit = 2 }, Token)).NextToken.ShouldNotBeNull();
        (await Store.QueryAsync(Doc.Query("nobody"), Token)).NextToken.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Paging_goes_on_from_its_place_while_documents_come_and_go()
    {
        await CommittedAsync([.. "bdfh".Select(c => Doc.Add($"{c}", "x", Doc.Owner("p", $"{c}")))]);
        await EventuallyAsync(Doc.Query("p"), "b", "d", "f", "h");
        var query = Doc.Query("p") with { Limit = 2 };
        var first = await Store.QueryAsync(query, Token);
        Doc.Ids(first).ShouldBe(["b", "d"]);

        // The page's last document goes, one comes before the place and one after it.
        await CommittedAsync(Doc.Delete("d", 1), Doc.Add("a", "x", Doc.Owner("p", "a")), Doc.Add("e", "x", Doc.Owner("p", "e")));
        await EventuallyAsync(Doc.Query("p"), "a", "b", "e", "f", "h");

        Doc.Ids(await Store.QueryAsync(query with { PageToken = first.NextToken }, Token)).ShouldBe(["e", "f"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_replaced_document_is_only_where_its_new_entries_say()
    {
        await CommittedAsync(Doc.Add("a", "x", Doc.Owner("alice", "1"), new IndexEntry(Doc.ByState, "running", "1")));

        await CommittedAsync(Doc.Replace("a", 1, "y", Doc.Owner("bob", "2")));

        await EventuallyAsync(Doc.Query("alice"));
        await EventuallyAsync(Doc.Query("bob"), "a");
        await EventuallyAsync(Doc.Query("running") with { Index = Doc.ByState });
        Doc.Text((await Store.QueryAsync(Doc.Query("bob"), Token)).Documents[0]).ShouldBe("y");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_document_keeps_its_place_when_its_entries_stay_the_same()
    {
        await CommittedAsync(Doc.Add("a", "x", Doc.Owner("alice", "1")));
        await CommittedAsync(Doc.Replace("a", 1, "y", Doc.Owner("alice", "1")));

        await EventuallyAsync(Doc.Query("alice"), "a");
        (await Store.QueryAsync(Doc.Query("alice"), Token)).Documents[0].Version.ShouldBe(2);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failed_commit_leaves_the_indexes_as_they_were()
    {
        await CommittedAsync(Doc.Add("a", "x", Doc.Owner("alice", "1")));

        (await CommitAsync(Doc.Replace("a", 1, "y", Doc.Owner("bob", "1")), Doc.CheckVersion("nobody", 1))).Committed.ShouldBeFalse();

        await EventuallyAsync(Doc.Query("alice"), "a");
        await EventuallyAsync(Doc.Query("bob"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_page_token_is_good_for_its_own_query_only()
    {
        await CommittedAsync([.. "abc".Select(c => Doc.Add($"{c}", "x", Doc.Owner("p", $"{c}")))]);
        await EventuallyAsync(Doc.Query("p"), "a", "b", "c");
        var query = Doc.Query("p") with { Limit = 1 };
        var token = (await Store.QueryAsync(query, Token)).NextToken.ShouldNotBeNull();
        IndexQuery[] others =
        [
            query with { Partition = "q" },
            query with { Index = Doc.ByState },
            query with { Collection = "others" },
            query with { Descending = true },
            query with { From = "a" },
            query with { To = "z" },
        ];

        foreach (var other in others)
        {
            await Should.ThrowAsync<InvalidPageTokenException>(() => Store.QueryAsync(other with { PageToken = token }, Token));
        }

        Doc.Ids(await Store.QueryAsync(query with { Limit = 2, PageToken = token }, Token)).ShouldBe(["b", "c"]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("!!!")]
    [InlineData("bnVsbA")]
    [InlineData("e30")]
    [InlineData("W10")]
    public async Task A_made_up_page_token_is_refused(string token) =>
        await Should.ThrowAsync<InvalidPageTokenException>(() => Store.QueryAsync(Doc.Query("p") with { PageToken = token }, Token));

    [Fact(Timeout = Timeout)]
    public async Task A_page_token_that_was_cut_or_is_very_long_is_refused()
    {
        await CommittedAsync(Doc.Add("a", "x", Doc.Owner("p", "1")), Doc.Add("b", "x", Doc.Owner("p", "2")));
        await EventuallyAsync(Doc.Query("p"), "a", "b");
        var token = (await Store.QueryAsync(Doc.Query("p") with { Limit = 1 }, Token)).NextToken.ShouldNotBeNull();

        foreach (var bad in (string[])[token[..^3], token + new string('A', 100_000)])
        {
            await Should.ThrowAsync<InvalidPageTokenException>(() => Store.QueryAsync(Doc.Query("p") with { PageToken = bad }, Token));
        }
    }

    private async Task<List<string>> AllPagesAsync(IndexQuery query)
    {
        var seen = new List<string>();
        do
        {
            var page = await Store.QueryAsync(query, Token);
            page.Documents.Count.ShouldBeLessThanOrEqualTo(query.Limit);
            seen.AddRange(Doc.Ids(page));
            query = query with { PageToken = page.NextToken };
        }
        while (query.PageToken is not null);

        return seen;
    }
}
