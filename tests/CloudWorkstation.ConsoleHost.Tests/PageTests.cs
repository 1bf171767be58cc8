using System.Net;

namespace CloudWorkstation.ConsoleHost.Tests;

public sealed class PageTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/desktops/abcdefghijkl")]
    [InlineData("/admin/accounts")]
    [InlineData("/no/such/page")]
    public async Task Every_address_a_person_opens_is_the_console(string path)
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.NavigateAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("<h1>console</h1>");
    }

    [Theory(Timeout = 60_000), InlineData("/desktop/abcdefghijkl/"), InlineData("/shared")]
    public async Task A_desktops_address_and_that_of_shared_ones_are_the_page_around_a_screen(string address)
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.NavigateAsync(address);

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("<h1>desktop</h1>");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktops_address_without_its_slash_is_moved()
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.NavigateAsync("/desktop/abcdefghijkl?view=fit");

        answer.StatusCode.ShouldBe(HttpStatusCode.MovedPermanently);
        answer.Headers.Location!.OriginalString.ShouldBe("/desktop/abcdefghijkl/?view=fit");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/desktop/")]
    [InlineData("/desktop/ABCDEFGHIJKL/")]
    [InlineData("/desktop/abcdefghijkl/vnc")]
    [InlineData("/desktop/abcdefghijkl%0A/")]
    [InlineData("/assets/index-gone1234.js")]
    [InlineData("/assets/../index.html.bak")]
    [InlineData("/wp-login.php")]
    public async Task What_is_neither_a_page_nor_a_file_is_not_found(string path)
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.NavigateAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_script_that_asks_for_data_does_not_get_the_console()
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.GetAsync("/desktops", accept: "application/json");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/.vite/manifest.json")]
    [InlineData("/assets/index-AbCd1234.js.br")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets/%2e%2e%2findex.html")]
    public async Task Files_that_are_not_meant_for_browsers_stay_inside(string path)
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_reading_is_possible(string method)
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.Browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/"), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_build_the_page_says_what_to_run()
    {
        await using var console = BuiltConsole.NotBuilt();

        var answer = await console.NavigateAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("npm ci");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_build_that_appears_or_changes_is_served_without_a_restart()
    {
        await using var console = BuiltConsole.NotBuilt();
        (await console.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        console.Build();
        (await console.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await console.NavigateAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);

        console.Build("<h1>second build</h1>");
        File.SetLastWriteTimeUtc(Path.Combine(console.Root, "index.html"), DateTime.UnixEpoch);
        var answer = await console.NavigateAsync("/");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("<h1>second build</h1>");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_process_is_alive_even_without_a_build()
    {
        await using var console = BuiltConsole.NotBuilt();

        (await console.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
