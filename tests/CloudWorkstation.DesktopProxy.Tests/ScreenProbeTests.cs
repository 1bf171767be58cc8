using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Tests;

public sealed class ScreenProbeTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_screen_that_takes_its_password_is_ready()
    {
        await using var proxy = await TestProxy.StartAsync();
        await using var vnc = await Xtigervnc.StartAsync();

        (await AskAsync(proxy, Ticket(vnc.Target))).ShouldBe((200, """{"answer":"ready","detail":""}"""));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_screen_that_refuses_the_password_says_so()
    {
        await using var proxy = await TestProxy.StartAsync();
        await using var vnc = await Xtigervnc.StartAsync();

        var (status, body) = await AskAsync(proxy, Ticket(vnc.Target with { Secret = "another1" }));

        status.ShouldBe(200);
        body.ShouldStartWith("""{"answer":"refused",""");
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nobody_listens_the_screen_is_silent()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var nobody = new ClosedPort();

        (await AskAsync(proxy, Ticket(new DesktopTarget("127.0.0.1", nobody.Port, "vnc", "secret12")))).Body.ShouldBe("""{"answer":"silent","detail":"ConnectionRefused"}""");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_speaks_something_else_is_no_screen()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepted = SpeakAsync(listener, "SSH-2.0-OpenSSH\r\n");

        var target = new DesktopTarget("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, "vnc", "secret12");
        (await AskAsync(proxy, Ticket(target))).Body.ShouldStartWith("""{"answer":"notRfb",""");
        await accepted;
    }

    [Theory(Timeout = 60_000)]
    [InlineData("rdp", null, "ready")]
    [InlineData("ssh", null, "ready")]
    [InlineData("rdp", Status.ClientUnauthorized, "refused")]
    [InlineData("rdp", Status.UpstreamNotFound, "silent")]
    [InlineData("ssh", Status.UpstreamTimeout, "silent")]
    public async Task A_desktop_behind_guacd_is_ready_when_it_shows_a_frame_and_not_before(string protocol, Status? error, string answer)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            await (error is { } status ? user.ErrorAsync(status) : user.EndFrameAsync());
            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await TestProxy.StartAsync(s => s with { Guacd = GuacdAddress.Parse(guacd.Address) });
        var target = new DesktopTarget("desktop.test", 3389, protocol, "secret12", new Dictionary<string, string> { ["username"] = "ada" });

        (await AskAsync(proxy, Ticket(target))).Body.ShouldStartWith($"{{\"answer\":\"{answer}\",");

        var handshake = (await guacd.UserAsync()).Handshake;
        (handshake.Selected, handshake.Values["username"], handshake.Values["password"]).ShouldBe((protocol, "ada", "secret12"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, true, "refused")]
    [InlineData(false, true, "refused")]
    [InlineData(true, false, "silent")]
    [InlineData(false, false, "silent")]
    public async Task A_guacd_that_gives_up_without_a_word_was_refused_where_somebody_listens(bool whenItHearsSomething, bool somebodyListens, string answer)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Session = user => user.GiveUpUntoldAsync(whenItHearsSomething) });
        await using var proxy = await TestProxy.StartAsync(s => s with { Guacd = GuacdAddress.Parse(guacd.Address) });
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!somebodyListens)
        {
            listener.Stop();
        }

        (await AskAsync(proxy, Ticket(new DesktopTarget("127.0.0.1", port, "ssh", "secret12")))).Body.ShouldStartWith($"{{\"answer\":\"{answer}\",");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_that_asks_who_comes_says_what_its_template_lacks()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Session = user => user.RequiredAsync("username", "password") });
        await using var proxy = await TestProxy.StartAsync(s => s with { Guacd = GuacdAddress.Parse(guacd.Address) });

        var (_, body) = await AskAsync(proxy, Ticket(new DesktopTarget("127.0.0.1", 3389, "rdp", "secret12")));

        body.ShouldStartWith("""{"answer":"refused",""");
        body.ShouldContain("username, password");
        body.ShouldContain("sign_in");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("another key", 0)]
    [InlineData(StubApi.InternalKey, -120)]
    [InlineData(StubApi.InternalKey, 120)]
    public async Task A_ticket_of_another_key_or_time_is_refused(string key, int secondsFromNow)
    {
        await using var proxy = await TestProxy.StartAsync();
        var ticket = ProbeTicket.Seal(new DesktopTarget("127.0.0.1", 5900, "vnc", "x"), key, DateTimeOffset.UtcNow.AddSeconds(secondsFromNow));

        (await AskAsync(proxy, ticket)).Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_ticket_the_address_is_refused()
    {
        await using var proxy = await TestProxy.StartAsync();

        (await AskAsync(proxy, null)).Status.ShouldBe(401);
    }

    private static async Task SpeakAsync(TcpListener listener, string text)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
        client.Client.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead);
    }

    private static string Ticket(DesktopTarget target) => ProbeTicket.Seal(target, StubApi.InternalKey, DateTimeOffset.UtcNow);

    private static async Task<(int Status, string Body)> AskAsync(TestProxy proxy, string? ticket)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{proxy.Address}{ProbeTicket.Path}");
        if (ticket is not null)
        {
            request.Headers.Add(ProbeTicket.Header, ticket);
        }

        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
