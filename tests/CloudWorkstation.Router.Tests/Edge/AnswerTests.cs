using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>What the router says in its own name.</summary>
public sealed partial class AnswerTests(EdgeFixture edge)
{
    private static readonly string Pages = Path.Combine(AppContext.BaseDirectory, "haproxy", "errors");

    public static TheoryData<string> PageFiles => [.. Directory.GetFiles(Pages, "*.html").Select(f => Path.GetFileName(f)!)];

    [Theory(Timeout = 60_000), MemberData(nameof(PageFiles))]
    public async Task A_page_is_complete_in_itself_and_its_style_is_the_one_that_the_policy_allows(string file)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Pages, file), TestContext.Current.CancellationToken);
        var style = StyleElement().Match(page).Groups["style"].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));

        (await File.ReadAllTextAsync(HaproxyServer.Configuration, TestContext.Current.CancellationToken)).ShouldContain($"'sha256-{hash}'");
        page.ShouldContain("<html lang=\"en\">");
        page.ShouldContain("<a href=\"/\">");
        page.ShouldContain("prefers-color-scheme: dark");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("http://");
        page.ShouldNotContain("https://");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_comes_with_its_policy()
    {
        var answer = await edge.NavigateAsync($"/desktop/{edge.NoDesktop}/", edge.Alice.Token(edge.Key));

        answer.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        answer.Header("Content-Security-Policy")!.ShouldStartWith("default-src 'none'; style-src 'sha256-");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
        answer.Header("X-Frame-Options").ShouldBe("DENY");
        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.Header("Referrer-Policy").ShouldBe("same-origin");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_problem_has_the_members_that_the_api_documents()
    {
        var answer = await edge.GetAsync("/api/v1/me");

        using var problem = JsonDocument.Parse(answer.Body);
        problem.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["type", "title", "status", "code", "detail", "traceId"]);
        problem.RootElement.GetProperty("status").GetInt32().ShouldBe(401);
        problem.RootElement.GetProperty("traceId").GetString()!.Length.ShouldBe(36);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_service_that_is_away_is_a_page_that_tries_again_or_a_problem()
    {
        await using var server = new HaproxyServer($"127.0.0.1:{HaproxyServer.FreePort()}", $"127.0.0.1:{HaproxyServer.FreePort()}");
        await server.StartAsync();

        var page = RawHttp.SendAsync(server.Port, "/sign-in", [Accept.Html]);
        var renew = RawHttp.SendAsync(server.Port, "/auth/renew?return=%2F", [Accept.Html]);
        var call = RawHttp.SendAsync(server.Port, "/auth/refresh", [Accept.Json, "Content-Length: 0"], "POST");

        foreach (var answer in (Answer[])[await page, await renew])
        {
            answer.Status.ShouldBe(503);
            answer.Body.ShouldContain("http-equiv=\"refresh\"");
            answer.Header("Content-Security-Policy").ShouldNotBeNull();
        }

        (await call).Status.ShouldBe(503);
        (await call).Header("Retry-After").ShouldBe("3");
        JsonDocument.Parse((await call).Body).RootElement.GetProperty("code").GetString().ShouldBe("service_unavailable");
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_pass_through_one_by_one_and_uncompressed()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", edge.Server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var request = $"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer {edge.Alice.Token(edge.Key)}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        for (var i = 0; i < 5; i++)
        {
            // The next event is sent only after this one was seen: a buffer on the way would stop everything.
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != $"data: {i}")
            {
                line.ShouldNotContain("gzip");
            }

            edge.Api.Events.Release();
        }
    }

    [GeneratedRegex("<style>(?<style>.*)</style>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StyleElement();
}
