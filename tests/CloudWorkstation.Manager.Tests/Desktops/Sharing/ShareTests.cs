using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Desktops.Transfers;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Tests.Desktops.Sharing;

public sealed class ShareTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task The_owner_makes_a_link_whose_secret_is_nowhere_in_the_store()
    {
        await using var world = await SharingWorld.NewAsync();

        var made = await world.ShareAsync(ScreenAccess.Control, ["bob"]);

        var stored = await world.Manager.Get<IDocumentStore>().GetAsync(new DocumentKey("sharing", world.Desktop.Id), None);
        System.Text.Encoding.UTF8.GetString(stored!.Json.Span).ShouldNotContain(made.Token[(made.Share.Id.Length + 1)..]);
        made.Token.Split('.')[1].Length.ShouldBe(43, "256 bits");
        var listed = (await world.Shares.ListAsync(TestManager.Alice, world.Desktop.Id, None)).Value.Single();
        (listed.MadeBy, listed.Access, listed.Anyone, listed.SingleUse).ShouldBe(("alice", ScreenAccess.Control, false, false));
        listed.People.ShouldBe(["bob"]);
        (listed.ExpiresAt - listed.CreatedAt).ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_the_owner_shares_and_support_neither_lists_nor_ends()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        var share = new NewShare(ScreenAccess.View, null, true, null, false);

        (await world.Shares.CreateAsync(TestManager.Admin, world.Desktop.Id, share, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Shares.CreateAsync(SharingWorld.Support, world.Desktop.Id, share, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Shares.CreateAsync(TestManager.Bob, world.Desktop.Id, share, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.Shares.ListAsync(SharingWorld.Support, world.Desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Shares.ListAsync(TestManager.Bob, world.Desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.Shares.RevokeAsync(SharingWorld.Support, world.Desktop.Id, made.Share.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Shares.RevokeAsync(TestManager.Admin, world.Desktop.Id, made.Share.Id, None)).Succeeded.ShouldBeTrue("an administrator may end one");
    }

    [Fact(Timeout = 60_000)]
    public async Task Everything_wrong_with_a_share_is_said_with_field_limit_and_fix()
    {
        await using var world = await SharingWorld.NewAsync(templates: t => t.All[0] = t.All[0] with { Session = new SessionPolicy { Sharing = "view" } });
        var wanted = new NewShare(ScreenAccess.Control, ["bob", "nobody", "alice"], false, DateTimeOffset.UtcNow.AddDays(8), false);

        var errors = (await world.Shares.CreateAsync(TestManager.Alice, world.Desktop.Id, wanted, None)).Problem!.Errors;

        errors.Select(e => e.Field).ShouldBe(["access", "expiresAt", "people[1]", "people[2]"]);
        errors[1].Message.ShouldContain("7 days");
        (await ErrorAsync(world, wanted with { Access = ScreenAccess.View, ExpiresAt = null, People = null })).ShouldBe("people");
        (await ErrorAsync(world, wanted with { Access = ScreenAccess.View, ExpiresAt = null, People = ["bob"], Anyone = true })).ShouldBe("people");
        (await ErrorAsync(world, wanted with { Access = ScreenAccess.View, ExpiresAt = null, People = [.. Enumerable.Repeat("bob", 21)] })).ShouldBe("people");
    }

    [Fact(Timeout = 60_000)]
    public async Task There_are_twenty_shares_at_most_however_many_are_made_at_once()
    {
        await using var world = await SharingWorld.NewAsync();
        for (var i = 0; i < 18; i++)
        {
            await world.ShareAsync();
        }

        var share = new NewShare(ScreenAccess.View, null, true, null, false);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.Shares.CreateAsync(TestManager.Alice, world.Desktop.Id, share, None)));

        outcomes.Count(o => o.Succeeded).ShouldBe(2);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "too_many_shares");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rule_that_says_off_allows_no_share()
    {
        await using var world = await SharingWorld.NewAsync(templates: t => t.All[0] = t.All[0] with { Session = new SessionPolicy { Sharing = "off" } });

        (await world.Shares.CreateAsync(TestManager.Alice, world.Desktop.Id, new NewShare(ScreenAccess.View, null, true, null, false), None)).Problem!.Code.ShouldBe("sharing_off");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rule_that_becomes_stricter_narrows_the_next_connection_and_ends_one_that_may_more()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync(ScreenAccess.Control);
        var before = await world.EnterAsync(TestManager.Bob, made);

        Change(world, new SessionPolicy { Sharing = "view" });

        (await world.ReasonAsync(before)).ShouldBe("policy");
        (await world.ConnectAsync(TestManager.Bob, made)).Value.Access.ShouldBe(ScreenAccess.View);
        Change(world, new SessionPolicy { Sharing = "off" });
        (await world.ConnectAsync(TestManager.Bob, made)).Problem!.Code.ShouldBe("sharing_off");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(ScreenAccess.View, "view")]
    [InlineData(ScreenAccess.Control, "control")]
    public async Task A_guest_gets_a_token_of_their_own_for_the_share_and_what_it_gives(ScreenAccess access, string word)
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync(access);
        var opened = (await world.Shares.OpenAsync(TestManager.Bob, made.Token, None)).Value;

        var grant = (await world.ConnectAsync(TestManager.Bob, made)).Value;

        (opened.Desktop.Id, opened.Desktop.Owner.UserName, opened.Access).ShouldBe((world.Desktop.Id, "alice", access));
        var token = DesktopToken.Verify(grant.Token, _ => TestManager.Signing, DateTimeOffset.UtcNow, out _)!;
        (token.Subject, token.SessionId, token.Desktop, token.Share).ShouldBe(("acc-bob", "ses-bob", world.Desktop.Id, made.Share.Id));
        var open = (await world.Connections.OpenAsync(grant.ConnectionId, None)).Value;
        (open.Access, open.Viewer).ShouldBe((word, "bob"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Whatever_does_not_work_gets_the_same_answer()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        var (named, revoked, old) = (await world.ShareAsync(people: ["carol"]), await world.ShareAsync(), await world.ShareAsync(until: time.GetUtcNow().AddMinutes(1)));
        await world.Shares.RevokeAsync(TestManager.Alice, world.Desktop.Id, revoked.Share.Id, None);
        time.Advance(TimeSpan.FromMinutes(2));
        var altered = named.Token[..^1] + (named.Token[^1] == 'A' ? 'B' : 'A');

        foreach (var token in new[] { named.Token, revoked.Token, old.Token, "", "x", altered, named.Token[..named.Token.IndexOf('.', StringComparison.Ordinal)], new string('a', 26) + "." + new string('b', 43) })
        {
            (await world.Shares.OpenAsync(TestManager.Bob, token, None)).Problem.ShouldBe(SharingProblems.Unavailable, token);
            (await world.Shares.ConnectAsync(TestManager.Bob, token.Split('.')[0], token, null, None)).Problem.ShouldBe(SharingProblems.Unavailable, token);
        }

        (await world.Shares.OpenAsync(SharingWorld.Carol, altered, None)).Problem.ShouldBe(SharingProblems.Unavailable);
        (await world.Shares.OpenAsync(SharingWorld.Carol, named.Token, None)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_name_of_a_share_without_its_link_opens_nothing()
    {
        await using var world = await SharingWorld.NewAsync();
        var (one, other) = (await world.ShareAsync(), await world.ShareAsync());

        (await world.Shares.ConnectAsync(TestManager.Bob, one.Share.Id, one.Share.Id, null, None)).Problem!.Code.ShouldBe("share_unavailable");
        (await world.Shares.ConnectAsync(TestManager.Bob, one.Share.Id, other.Token, null, None)).Problem!.Code.ShouldBe("share_unavailable");
        (await world.Shares.ConnectAsync(TestManager.Bob, one.Share.Id, null, null, None)).Problem!.Code.ShouldBe("share_unavailable");
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_a_single_use_link_the_first_of_many_at_once_is_the_only_one_and_may_come_back()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync(singleUse: true);
        var people = new[] { TestManager.Bob, SharingWorld.Carol, SharingWorld.Support, TestManager.Admin };

        var outcomes = await Task.WhenAll(people.Select(p => world.ConnectAsync(p, made)));

        var first = people[Array.FindIndex(outcomes, o => o.Succeeded)];
        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "share_unavailable");
        (await world.ConnectAsync(first, made)).Succeeded.ShouldBeTrue();
        (await world.Shares.OpenAsync(people.First(p => p != first), made.Token, None)).Problem!.Code.ShouldBe("share_unavailable");
        (await world.Shares.ListAsync(TestManager.Alice, world.Desktop.Id, None)).Value.Single().UsedBy.Single().UserName.ShouldBe(first.UserName);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_share_that_is_ended_ends_its_connections_and_a_grant_that_waits()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        var open = await world.EnterAsync(TestManager.Bob, made);
        var waiting = (await world.ConnectAsync(SharingWorld.Carol, made)).Value;

        await world.Shares.RevokeAsync(TestManager.Alice, world.Desktop.Id, made.Share.Id, None);

        (await world.ReasonAsync(open)).ShouldBe("share-ended");
        (await world.Connections.OpenAsync(waiting.ConnectionId, None)).Problem!.Code.ShouldBe("share-ended");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_share_ends_with_its_time()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        var open = await world.EnterAsync(TestManager.Bob, await world.ShareAsync());

        time.Advance(TimeSpan.FromMinutes(59));
        (await world.ReasonAsync(open)).ShouldBeNull();
        time.Advance(TimeSpan.FromMinutes(2));

        (await world.ReasonAsync(open)).ShouldBe("share-ended");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stop_ends_every_share_and_the_next_start_brings_none_back()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();

        await world.StopAsync();
        (await world.Shares.OpenAsync(TestManager.Bob, made.Token, None)).Problem!.Code.ShouldBe("share_unavailable");
        await world.StartAsync();

        (await world.Manager.ReadAsync(world.Desktop.Id)).Status.ShouldBe(DesktopStatus.Running);
        (await world.Shares.OpenAsync(TestManager.Bob, made.Token, None)).Problem!.Code.ShouldBe("share_unavailable");
        (await world.Shares.ListAsync(TestManager.Alice, world.Desktop.Id, None)).Value.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_owner_takes_over_no_share_and_no_guest()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        var open = await world.EnterAsync(SharingWorld.Carol, made);

        await world.Manager.Get<IDesktopTransfer>().TransferAsync(TestManager.Admin, world.Desktop.Id, new TransferDesktop("bob", null), None);

        (await world.ReasonAsync(open)).ShouldBe("transferred");
        (await world.Shares.OpenAsync(SharingWorld.Carol, made.Token, None)).Problem!.Code.ShouldBe("share_unavailable");
        (await world.Shares.ListAsync(TestManager.Bob, world.Desktop.Id, None)).Value.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_guest_who_is_signed_out_or_an_owner_who_is_disabled_ends_it()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        var (bob, carol) = (await world.EnterAsync(TestManager.Bob, made), await world.EnterAsync(SharingWorld.Carol, made));

        world.Gone.Add("ses-bob");
        (await world.ReasonAsync(bob)).ShouldBe("signed-out");
        (await world.ReasonAsync(carol)).ShouldBeNull();
        await world.Manager.ChangeAsync(TestManager.Alice, a => a.Disabled = true);

        (await world.ReasonAsync(carol)).ShouldBe("share-ended");
        (await world.Shares.OpenAsync(TestManager.Bob, made.Token, None)).Problem!.Code.ShouldBe("share_unavailable");
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_only_looks_does_not_keep_a_desktop_awake_and_who_works_in_it_does()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        time.Advance(TimeSpan.FromMinutes(20));
        var looks = await world.EnterAsync(TestManager.Bob, await world.ShareAsync());
        time.Advance(TimeSpan.FromMinutes(1));
        await world.Connections.ReportAsync(looks, SharingWorld.Quiet, None);
        var before = (await world.Manager.Desktops.GetAsync(TestManager.Alice, world.Desktop.Id, None)).Value.IdleSince;

        await world.EnterAsync(SharingWorld.Carol, await world.ShareAsync(ScreenAccess.Control));

        var after = (await world.Manager.Desktops.GetAsync(TestManager.Alice, world.Desktop.Id, None)).Value.IdleSince;
        before.ShouldBe(world.Desktop.UpdatedAt);
        after.ShouldBe(time.GetUtcNow());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_done_with_shares_is_on_record()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync(people: ["bob"]);
        await world.EnterAsync(TestManager.Bob, made);
        await world.Shares.OpenAsync(SharingWorld.Carol, made.Token, None);
        await world.Shares.RevokeAsync(TestManager.Alice, world.Desktop.Id, made.Share.Id, None);

        var filter = new AuditFilter { Target = $"desktop/{world.Desktop.Id}" };
        await TestManager.Until(async () => (await EntriesAsync(world, filter)).Contains("share.revoke alice accepted"), "the trail's index");
        var entries = await EntriesAsync(world, filter);
        entries.ShouldContain("share.create alice accepted");
        entries.ShouldContain("desktop.connect bob accepted");
        entries.ShouldContain("connection.open bob accepted");
        entries.ShouldContain("share.open carol refused");
    }

    private static async Task<IReadOnlyList<string>> EntriesAsync(SharingWorld world, AuditFilter filter) =>
        [.. (await world.Manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, filter, None)).Value.Items.Select(e => $"{e.Action} {e.ActorName} {e.Result}")];

    private static async Task<string> ErrorAsync(SharingWorld world, NewShare share) =>
        (await world.Shares.CreateAsync(TestManager.Alice, world.Desktop.Id, share, None)).Problem!.Errors.Single().Field;

    private static void Change(SharingWorld world, SessionPolicy policy) =>
        world.Manager.Templates.All[0] = world.Manager.Templates.All[0] with { Session = policy };
}
