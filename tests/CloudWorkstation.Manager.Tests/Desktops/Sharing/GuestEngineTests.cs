using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Desktops.Sharing;

/// <summary>Through what a guest sees the screen, and that a screen which lets in one session only is never opened by a guest.</summary>
public sealed class GuestEngineTests
{
    private const int Limit = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ManualTime time = new();

    [Theory(Timeout = Limit)]
    [InlineData(null, null, ScreenEngine.Rfb)]
    [InlineData(ScreenEngine.Rfb, null, ScreenEngine.Rfb)]
    [InlineData(ScreenEngine.Guacamole, null, ScreenEngine.Guacamole)]
    [InlineData(ScreenEngine.Guacamole, ScreenEngine.Rfb, ScreenEngine.Rfb)]
    [InlineData(ScreenEngine.Rfb, ScreenEngine.Guacamole, ScreenEngine.Guacamole)]
    public async Task A_guest_gets_what_the_owner_looks_through_unless_the_guests_page_asks_for_another(ScreenEngine? owners, ScreenEngine? wanted, ScreenEngine expected)
    {
        await using var world = await WorldAsync("vnc");
        var share = await world.ShareAsync();
        if (owners is { } engine)
        {
            await world.EnterAsOwnerAsync(engine);
        }

        var granted = (await world.ConnectAsync(TestManager.Bob, share, wanted)).Value;

        granted.Engine.ShouldBe(expected);
        granted.Engines.ShouldBe([ScreenEngine.Rfb, ScreenEngine.Guacamole]);
    }

    [Fact(Timeout = Limit)]
    public async Task With_two_tabs_it_is_the_one_that_the_owner_opened_last()
    {
        await using var world = await WorldAsync("vnc");
        var share = await world.ShareAsync();
        await world.EnterAsOwnerAsync(ScreenEngine.Rfb);
        var last = await world.EnterAsOwnerAsync(ScreenEngine.Guacamole);
        (await world.ConnectAsync(TestManager.Bob, share)).Value.Engine.ShouldBe(ScreenEngine.Guacamole);

        await world.Connections.CloseAsync(last, "closed", SharingWorld.Quiet, None);

        (await world.ConnectAsync(TestManager.Bob, share)).Value.Engine.ShouldBe(ScreenEngine.Rfb);
    }

    [Theory(Timeout = Limit)]
    [InlineData("rdp")]
    [InlineData("ssh")]
    public async Task A_guest_of_RDP_or_SSH_gets_in_while_the_owner_is_connected_and_waits_otherwise(string protocol)
    {
        await using var world = await WorldAsync(protocol);
        var share = await world.ShareAsync(singleUse: true);

        var refused = (await world.ConnectAsync(TestManager.Bob, share)).Problem!;

        (refused.Kind, refused.Code).ShouldBe((ProblemKind.Conflict, "owner_away"));
        refused.Detail.ShouldContain("alice is not connected");
        (await world.Shares.ListAsync(TestManager.Alice, world.Desktop.Id, None)).Value.Single().UsedBy.ShouldBeEmpty("who was not let in has used nothing");
        var owner = await world.EnterAsOwnerAsync();
        (await world.ConnectAsync(TestManager.Bob, share)).Value.Engine.ShouldBe(ScreenEngine.Guacamole);
        await world.Connections.CloseAsync(owner, "closed", SharingWorld.Quiet, None);
        (await world.ConnectAsync(TestManager.Bob, share)).Problem!.Code.ShouldBe("owner_away");
    }

    [Fact(Timeout = Limit)]
    public async Task An_owner_whose_proxy_was_killed_counts_as_away_after_a_while()
    {
        await using var world = await WorldAsync("rdp");
        var share = await world.ShareAsync();
        await world.EnterAsOwnerAsync();

        time.Advance(TimeSpan.FromMinutes(3));

        (await world.ConnectAsync(TestManager.Bob, share)).Problem!.Code.ShouldBe("owner_away");
    }

    [Fact(Timeout = Limit)]
    public async Task An_administrator_who_may_look_opens_no_session_of_RDP_either()
    {
        await using var world = await WorldAsync("rdp", new SessionPolicy { AdminWatch = "tell" });

        (await world.Manager.Desktops.ConnectAsync(TestManager.Admin, world.Desktop.Id, None)).Problem!.Code.ShouldBe("owner_absent");

        await world.EnterAsOwnerAsync();
        (await world.Manager.Desktops.ConnectAsync(TestManager.Admin, world.Desktop.Id, None)).Value.Access.ShouldBe(ScreenAccess.View);
    }

    private Task<SharingWorld> WorldAsync(string protocol, SessionPolicy? session = null) => SharingWorld.NewAsync(
        time, t => t.All[0] = t.All[0] with { Protocol = protocol, Session = session ?? new SessionPolicy() }, new() { ["Guacd"] = "127.0.0.1:4822" });
}
