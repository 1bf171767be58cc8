using CloudWorkstation.ConsoleHost.Security;

namespace CloudWorkstation.ConsoleHost.Tests;

public sealed class SecurityHeaderTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("/")]
    [InlineData("/assets/index-AbCd1234.js")]
    [InlineData("/assets/none.js")]
    [InlineData("/health/live")]
    public async Task Every_answer_tells_the_browser_what_our_pages_may_do(string path)
    {
        await using var console = BuiltConsole.Create();

        var headers = (await console.NavigateAsync(path)).Headers;

        headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'self'; script-src 'self'; style-src 'self';");
        headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        headers.GetValues("X-Frame-Options").Single().ShouldBe("DENY");
        headers.GetValues("Referrer-Policy").Single().ShouldBe("same-origin");
        headers.GetValues("Cross-Origin-Opener-Policy").Single().ShouldBe("same-origin");
        headers.Contains("Server").ShouldBeFalse();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://127.0.0.1:8080", "connect-src 'self' ws://127.0.0.1:8080;")]
    [InlineData("https://desktops.example.org/", "connect-src 'self' wss://desktops.example.org;")]
    [InlineData("not an address", "connect-src 'self';")]
    [InlineData(null, "connect-src 'self';")]
    public Task The_screens_socket_is_allowed_on_our_own_address_only(string? publicUrl, string expected)
    {
        SecurityHeaders.ContentSecurityPolicy(publicUrl).ShouldContain(expected);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 60_000)]
    [InlineData("frame-ancestors 'none'")]
    [InlineData("base-uri 'none'")]
    [InlineData("object-src 'none'")]
    [InlineData("form-action 'self'")]
    [InlineData("img-src 'self' data: blob:")]
    public Task The_policy_closes_what_default_src_does_not(string expected)
    {
        SecurityHeaders.ContentSecurityPolicy(null).ShouldContain(expected);
        return Task.CompletedTask;
    }
}
