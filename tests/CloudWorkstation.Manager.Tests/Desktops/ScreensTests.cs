using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class ScreensTests
{
    private const string Key = "an-internal-key-of-the-product";
    private static readonly ConnectionAddress Far = new("10.11.12.13", 5901);
    private static readonly Machine Machine = new("aws", "eu-central-1", "i-0123456789abcdef0", null, null);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 60_000)]
    public async Task A_machine_in_a_cloud_is_asked_through_its_proxy_with_a_sealed_password()
    {
        var asked = new List<DesktopTarget?>();
        var header = "";
        await using var proxy = await StartProxyAsync(context =>
        {
            header = context.Request.Headers[ProbeTicket.Header].ToString();
            asked.Add(ProbeTicket.Open(header, Key, DateTimeOffset.UtcNow));
            return Results.Json(new { answer = "ready", detail = "" });
        });
        var screen = Screen.Of(Far, "vnc", Machine, Address(proxy), new ManagerOptions());

        (await NewScreens().HandshakeAsync(screen, "secret12", Long, CancellationToken.None)).Answer.ShouldBe(ScreenAnswer.Ready);

        asked.ShouldBe([new DesktopTarget("10.11.12.13", 5901, "vnc", "secret12")]);
        header.ShouldNotContain("secret12");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("refused", ScreenAnswer.Refused)]
    [InlineData("silent", ScreenAnswer.Silent)]
    [InlineData("notRfb", ScreenAnswer.NotRfb)]
    [InlineData("something new", ScreenAnswer.Silent)]
    public async Task The_proxys_answer_is_the_screens(string answer, object expected)
    {
        await using var proxy = await StartProxyAsync(_ => Results.Json(new { answer, detail = "why" }));

        var reply = await NewScreens().HandshakeAsync(Screen.Of(Far, "vnc", Machine, Address(proxy), new ManagerOptions()), "secret12", Long, CancellationToken.None);

        reply.ShouldBe(new ScreenReply((ScreenAnswer)expected, "why"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_that_is_away_makes_the_screen_silent_and_is_named()
    {
        var reply = await NewScreens().HandshakeAsync(Screen.Of(Far, "vnc", Machine, "127.0.0.1:1", new ManagerOptions()), "secret12", Long, CancellationToken.None);

        reply.Answer.ShouldBe(ScreenAnswer.Silent);
        reply.Detail.ShouldContain("127.0.0.1:1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_that_does_not_know_us_makes_the_screen_silent()
    {
        await using var proxy = await StartProxyAsync(_ => Results.StatusCode(401));

        (await NewScreens().AcceptsAsync(Screen.Of(Far, "vnc", Machine, Address(proxy), new ManagerOptions()), Long, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_on_this_host_is_reached_directly()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var screen = Screen.Of(new ConnectionAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), "vnc", null, null, new ManagerOptions { DesktopProxy = "127.0.0.1:1" });

        (await NewScreens().AcceptsAsync(screen, Long, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_people_sign_in_themselves_a_screen_that_accepts_connections_is_ready_and_no_password_is_sent()
    {
        var asked = new List<DesktopTarget?>();
        await using var proxy = await StartProxyAsync(context =>
        {
            asked.Add(ProbeTicket.Open(context.Request.Headers[ProbeTicket.Header].ToString(), Key, DateTimeOffset.UtcNow));
            return Results.Json(new { answer = asked.Count == 1 ? "silent" : "ready", detail = "" });
        });
        var screen = Screen.Of(Far, "ssh", null, Address(proxy), new ManagerOptions { Guacd = "127.0.0.1:4822" }).WithoutSecret(true);

        (await NewScreens().HandshakeAsync(screen, "secret12", Long, CancellationToken.None)).Answer.ShouldBe(ScreenAnswer.Silent);
        (await NewScreens().HandshakeAsync(screen, "secret12", Long, CancellationToken.None)).Answer.ShouldBe(ScreenAnswer.Ready);

        asked.ShouldAllBe(target => target!.Protocol == "tcp" && target.Secret == "");
    }

    private static Screens NewScreens()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("InternalKey", Key)]).Build();
        return new Screens(new ProxyProbe(new HttpClient(), new InternalKeyText(configuration, new DataPaths("/nowhere")), TimeProvider.System));
    }

    private static async Task<WebApplication> StartProxyAsync(Func<HttpContext, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet(ProbeTicket.Path, (HttpContext context) => answer(context));
        await app.StartAsync();
        return app;
    }

    private static string Address(WebApplication app) => new Uri(app.Urls.First()).Authority;
}
