using System.Globalization;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary><c>localhost</c> and <c>127.0.0.1</c> are one machine and two origins; people type either.</summary>
public sealed class OriginTests(EdgeFixture edge)
{
    [Theory(Timeout = 60_000)]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("127.0.0.1", "LocalHost")]
    [InlineData("localhost", "127.0.0.1")]
    public async Task A_person_who_opens_the_machines_other_name_is_sent_to_the_origin(string origin, string opened)
    {
        await using var server = await StartAsync($"http://{origin}:{{port}}");

        var answer = await OpenAsync(server, opened, "/desktops/new?template=a%20b");

        answer.Status.ShouldBe(302);
        answer.Header("Location").ShouldBe($"http://{origin}:{server.Port}/desktops/new?template=a%20b");
        answer.Header("Cache-Control").ShouldBe("no-store");
        (await OpenAsync(server, opened, "/sign-in")).Header("Location").ShouldBe($"http://{origin}:{server.Port}/sign-in");
        (await OpenAsync(server, origin, "/sign-in")).Status.ShouldBe(200);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_navigation_is_answered_where_it_was_asked()
    {
        await using var server = await StartAsync("http://127.0.0.1:{port}");

        (await RawHttp.SendAsync(server.Port, "/auth/refresh", [Accept.Html, "Content-Length: 0"], "POST", $"localhost:{Text(server.Port)}")).Status.ShouldBe(200);
        (await RawHttp.SendAsync(server.Port, "/api/v1/me", [Accept.Json], host: $"localhost:{Text(server.Port)}")).Status.ShouldBe(401);
        (await RawHttp.SendAsync(server.Port, "/health", [Accept.Html], host: $"localhost:{Text(server.Port)}")).Status.ShouldBe(200);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("localhost:9")]
    [InlineData("console.example.org")]
    [InlineData("127.0.0.1.example.org")]
    public async Task Another_host_or_port_is_left_alone(string host)
    {
        await using var server = await StartAsync("http://127.0.0.1:{port}");

        (await RawHttp.SendAsync(server.Port, "/sign-in", [Accept.Html], host: host)).Status.ShouldBe(200);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("https://console.example.org")]
    [InlineData("https://localhost:8443")]
    [InlineData("http://localhost.example.org")]
    public async Task Behind_another_proxy_the_host_is_not_looked_at(string origin)
    {
        await using var server = await StartAsync(origin);

        (await OpenAsync(server, "localhost", "/sign-in")).Status.ShouldBe(200);
    }

    private static Task<Answer> OpenAsync(HaproxyServer server, string name, string target) =>
        RawHttp.SendAsync(server.Port, target, [Accept.Html], host: $"{name}:{Text(server.Port)}");

    private async Task<HaproxyServer> StartAsync(string origin)
    {
        var server = new HaproxyServer(edge.Api.Address, edge.Api.Address, ("CWS_PUBLIC_ORIGIN", origin));
        await server.StartAsync();
        return server;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
