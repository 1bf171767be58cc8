using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>Somebody with whom a desktop is shared: the api's ticket for a share lets them to the screen, and to nothing else of it.</summary>
public sealed class GuestTests(EdgeFixture edge)
{
    [Fact(Timeout = 60_000)]
    public async Task A_ticket_for_a_share_lets_its_guest_to_the_screen()
    {
        using var socket = await edge.ConnectAsync(edge.AlicesDesktop, edge.Bob with { Share = "share-1" });

        (await socket.ReadAsync()).ShouldBe("proxy");
        (await socket.SayAsync("hello")).ShouldBe("hello");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_desktops_own_page_stays_the_owners() =>
        (await edge.NavigateAsync($"/desktop/{edge.AlicesDesktop}/", edge.Bob.Token(edge.Key))).Status.ShouldBe(403);

    [Fact(Timeout = 60_000)]
    public async Task The_page_for_guests_is_the_consoles_and_needs_a_session()
    {
        (await edge.NavigateAsync("/shared", edge.Bob.Token(edge.Key))).Echo.Service.ShouldBe("console");
        (await edge.NavigateAsync("/shared")).Header("Location").ShouldBe("/auth/renew?return=%2Fshared");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_guests_stolen_ticket_is_of_no_use_to_anybody_else_nor_in_another_session()
    {
        var stolen = (edge.Bob with { Share = "share-1" }).DesktopToken(edge.Key, edge.AlicesDesktop);
        var mallory = new Person("acc-mallory", "mallory", "user");
        var bobElsewhere = edge.Bob with { SessionId = "another-session" };

        (await edge.UpgradeAsync(edge.AlicesDesktop, mallory.Token(edge.Key), stolen)).Status.ShouldBe(403);
        (await edge.UpgradeAsync(edge.AlicesDesktop, bobElsewhere.Token(edge.Key), stolen)).Status.ShouldBe(403);
        (await edge.UpgradeAsync(edge.AlicesDesktop, null, stolen)).Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_guests_ticket_opens_no_other_desktop()
    {
        var ticket = (edge.Bob with { Share = "share-1" }).DesktopToken(edge.Key, edge.AlicesDesktop);

        (await edge.UpgradeAsync(edge.AlicesOther, edge.Bob.Token(edge.Key), ticket)).Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_share_that_a_guest_writes_into_a_ticket_is_none()
    {
        var forged = (edge.Bob with { Share = "share-1" }).DesktopToken(edge.Stranger, edge.AlicesDesktop);
        var old = (edge.Bob with { Share = "share-1" }).DesktopToken(edge.Key, edge.AlicesDesktop, TimeSpan.FromMinutes(-1));

        (await edge.UpgradeAsync(edge.AlicesDesktop, edge.Bob.Token(edge.Key), forged)).Status.ShouldBe(403);
        (await edge.UpgradeAsync(edge.AlicesDesktop, edge.Bob.Token(edge.Key), old)).Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_guest_cannot_start_what_is_stopped_by_coming()
    {
        var ticket = (edge.Bob with { Share = "share-1" }).DesktopToken(edge.Key, edge.StoppedDesktop);

        (await edge.UpgradeAsync(edge.StoppedDesktop, edge.Bob.Token(edge.Key), ticket)).Status.ShouldBe(409);
    }
}
