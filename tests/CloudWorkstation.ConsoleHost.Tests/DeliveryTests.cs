using System.IO.Compression;
using System.Net;
using System.Text;

namespace CloudWorkstation.ConsoleHost.Tests;

public sealed class DeliveryTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("identity", null)]
    [InlineData(null, null)]
    public async Task A_browser_gets_the_smallest_form_it_accepts(string? accepted, string? expected)
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.GetAsync(BuiltConsole.ScriptPath, encoding: accepted);

        answer.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(expected);
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
        (await TextAsync(answer)).ShouldBe(BuiltConsole.Script);
    }

    [Fact(Timeout = 60_000)]
    public async Task Files_with_a_hash_in_their_name_are_kept_for_good()
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.GetAsync(BuiltConsole.ScriptPath);

        answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/")]
    [InlineData("/desktop/abcdefghijkl/")]
    [InlineData("/assets/theme.js")]
    [InlineData("/favicon.svg")]
    public async Task Everything_else_is_asked_for_again(string path)
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.NavigateAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.ToString().ShouldBe("no-cache");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_browser_has_already_is_not_sent_again()
    {
        await using var console = BuiltConsole.Create();
        var tag = (await console.NavigateAsync("/")).Headers.ETag!.ToString();

        var answer = await console.GetAsync("/", "text/html", ifNoneMatch: tag);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_forms_of_a_file_have_different_tags()
    {
        await using var console = BuiltConsole.Create();

        var plain = await console.GetAsync(BuiltConsole.ScriptPath);
        var small = await console.GetAsync(BuiltConsole.ScriptPath, encoding: "br");

        small.Headers.ETag.ShouldNotBe(plain.Headers.ETag);
    }

    [Fact(Timeout = 60_000)]
    public async Task Head_answers_like_get_without_the_content()
    {
        await using var console = BuiltConsole.Create();

        var answer = await console.Browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, BuiltConsole.ScriptPath), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldBe(BuiltConsole.Script.Length);
        (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        await using var content = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using Stream plain = answer.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "br" => new BrotliStream(content, CompressionMode.Decompress),
            "gzip" => new GZipStream(content, CompressionMode.Decompress),
            _ => content,
        };
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
