using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>Each kind of bad input gets its documented answer.</summary>
public sealed class BadInputTests(ApiHost host)
{
    [Theory(Timeout = 60_000)]
    [InlineData("{", 400, "malformed_json")]
    [InlineData("", 400, "malformed_json")]
    [InlineData("{\"name\":\"a\",}", 400, "malformed_json")]
    [InlineData("{\"name\":\"a\"} {}", 400, "malformed_json")]
    [InlineData("// hello\n{}", 400, "malformed_json")]
    [InlineData("{'name':1}", 400, "malformed_json")]
    [InlineData("{\"name\":\"\\ud800\"}", 400, "malformed_json")]
    [InlineData("{\"name\":NaN}", 400, "malformed_json")]
    [InlineData("[]", 422, "invalid")]
    [InlineData("null", 422, "invalid")]
    [InlineData("\"text\"", 422, "invalid")]
    public async Task A_body_that_is_no_object_is_refused(string body, int status, string code) =>
        await (await PostAsync(body)).ShouldBeProblemAsync(status, code);

    [Fact(Timeout = 60_000)]
    public async Task Malformed_json_is_refused_with_the_position()
    {
        var problem = await (await PostAsync("{\"template\":\"plain\",\n \"name\": oops}")).ShouldBeProblemAsync(400, "malformed_json");
        problem.Text("detail").ShouldContain("line 2, byte 10");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{\"name\":\"a\",\"name\":\"b\",\"template\":\"plain\"}", "'name'")]
    [InlineData("{\"name\":\"a\",\"n\\u0061me\":\"b\",\"template\":\"plain\"}", "'name'")]
    [InlineData("{\"name\":\"a\",\"template\":\"plain\",\"parameters\":{\"cores\":1,\"cores\":2}}", "'cores'")]
    public async Task A_member_that_appears_twice_is_refused_by_name(string body, string named) =>
        (await (await PostAsync(body)).ShouldBeProblemAsync(400, "malformed_json")).Text("detail").ShouldContain(named);

    [Fact(Timeout = 60_000)]
    public async Task Every_unknown_missing_and_mistyped_member_is_named_at_once()
    {
        var problem = await (await PostAsync("""{"name":7,"owner":"me","id":"abc","parameters":[],"Template":"plain"}""")).ShouldBeProblemAsync(422, "invalid");
        problem.Fields().ShouldBe(["name", "owner", "id", "parameters", "Template", "template"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_parameter_is_named_together_with_a_wrong_name()
    {
        var problem = await (await PostAsync("""{"name":"","template":"plain","parameters":{"cores":99,"geometry":"9x9","extra":1}}""")).ShouldBeProblemAsync(422, "invalid");
        problem.Fields().Order(StringComparer.Ordinal).ShouldBe(["name", "parameters.cores", "parameters.extra", "parameters.geometry"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Null_for_a_required_member_is_refused() =>
        (await (await PostAsync("""{"name":null,"template":"plain"}""")).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["name"]);

    [Theory(Timeout = 60_000)]
    [InlineData("tab\tin it")]
    [InlineData("nul\0in it")]
    [InlineData("right\u202Eto left")]
    [InlineData("isolate\u2067here")]
    [InlineData("line\u2028end")]
    [InlineData("   ")]
    public async Task A_name_with_control_or_direction_characters_is_refused(string name) =>
        (await (await PostAsync(JsonSerializer.Serialize(new { template = "plain", name }))).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["name"]);

    [Fact(Timeout = 60_000)]
    public async Task A_name_of_10_000_characters_is_refused_without_repeating_it()
    {
        var problem = await (await PostAsync(JsonSerializer.Serialize(new { template = "plain", name = new string('x', 10_000) }))).ShouldBeProblemAsync(422, "invalid");
        problem.ToJsonString().Length.ShouldBeLessThan(1_000);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_template_is_refused_with_what_there_is()
    {
        var problem = await (await PostAsync("""{"template":"nope","name":"x"}""")).ShouldBeProblemAsync(422, "template_not_found");
        problem.Fields().ShouldBe(["template"]);
        problem.Text("detail").ShouldContain("plain");
        await (await PostAsync("""{"template":"broken","name":"x"}""")).ShouldBeProblemAsync(422, "template_broken");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Only_json_in_utf_8_is_read(string type)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        await (await host.Admin.Client.PostAsync("/api/v1/desktops", content)).ShouldBeProblemAsync(415, "unsupported_media_type");
    }

    [Fact(Timeout = 60_000)]
    public async Task Bytes_that_are_not_utf_8_are_refused()
    {
        var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        await (await host.Admin.Client.PostAsync("/api/v1/desktops", content)).ShouldBeProblemAsync(400, "malformed_json");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_body_nested_too_deep_is_refused() =>
        await (await PostAsync("{\"parameters\":" + new string('[', 5_000) + new string(']', 5_000) + "}")).ShouldBeProblemAsync(400, "malformed_json");

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_10_MB_is_refused_before_it_is_read(bool announced)
    {
        var length = announced ? "Content-Length: 10485760" : "Transfer-Encoding: chunked";
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, host.Address.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/desktops HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {host.Admin.Token}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"));
        if (!announced)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("18000\r\n" + new string(' ', 0x18000) + "\r\n"));
        }

        var buffer = new byte[4096];
        var answer = "";
        while (!answer.Contains("body_too_large", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var read)
        {
            answer += Encoding.ASCII.GetString(buffer, 0, read);
        }

        answer.ShouldStartWith("HTTP/1.1 413");
        answer.ShouldContain("\"code\":\"body_too_large\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_method_that_does_not_exist_is_405_with_those_that_do()
    {
        using var answer = await host.Admin.Client.PutAsync("/api/v1/desktops", Answers.Json("{}"));
        await answer.ShouldBeProblemAsync(405, "method_not_allowed");
        answer.Content.Headers.Allow.Order(StringComparer.Ordinal).ShouldBe(["GET", "POST"]);
        using var stranger = host.NewClient();
        await (await stranger.PutAsync("/auth/sign-in", Answers.Json("{}"))).ShouldBeProblemAsync(405, "method_not_allowed");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/api/v1/desktops?limit=0", "limit")]
    [InlineData("/api/v1/desktops?limit=201", "limit")]
    [InlineData("/api/v1/desktops?limit=-1", "limit")]
    [InlineData("/api/v1/desktops?limit=ten", "limit")]
    [InlineData("/api/v1/desktops?limit=1&limit=2", "limit")]
    [InlineData("/api/v1/desktops?status=7", "status")]
    [InlineData("/api/v1/desktops?status=gone", "status")]
    [InlineData("/api/v1/desktops?owner=%F0%9F%92%A5", "owner")]
    [InlineData("/api/v1/operations?state=x", "state")]
    [InlineData("/api/v1/operations?desktop=%00", "desktop")]
    [InlineData("/api/v1/templates?all=maybe", "all")]
    [InlineData("/api/v1/audit?day=tomorrow", "day")]
    public async Task A_wrong_query_parameter_is_named(string path, string field) =>
        (await (await host.Admin.Client.GetAsync(path)).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe([field]);

    [Theory(Timeout = 60_000)]
    [InlineData("/api/v1/desktops/%F0%9F%92%A5")]
    [InlineData("/api/v1/desktops/..%2f..%2fetc")]
    [InlineData("/api/v1/operations/%00")]
    [InlineData("/api/v1/operations/x/log")]
    [InlineData("/api/v1/accounts/a%20b")]
    [InlineData("/api/v1/templates/%2e%2e")]
    [InlineData("/api/v1/templates/..%2fplain/versions")]
    public async Task An_address_that_cannot_be_is_not_found(string path) =>
        ((int)(await host.Admin.Client.GetAsync(path)).StatusCode).ShouldBeOneOf(400, 404);

    [Fact(Timeout = 60_000)]
    public async Task A_cursor_of_another_query_is_refused()
    {
        var user = await host.NewUserAsync();
        for (var i = 0; i < 3; i++)
        {
            await user.CreateDesktopAsync("desktop " + i);
        }

        var first = await (await user.Client.GetAsync("/api/v1/desktops?limit=2")).ShouldBeAsync(200);
        var cursor = Uri.EscapeDataString(first.Text("cursor"));
        first["items"]!.AsArray().Count.ShouldBe(2);
        (await (await user.Client.GetAsync("/api/v1/desktops?limit=2&cursor=" + cursor)).ShouldBeAsync(200))["items"]!.AsArray().Count.ShouldBe(1);
        await (await user.Client.GetAsync("/api/v1/desktops?template=plain&cursor=" + cursor)).ShouldBeProblemAsync(400, "invalid_cursor");
        await (await user.Client.GetAsync("/api/v1/operations?cursor=" + cursor)).ShouldBeProblemAsync(400, "invalid_cursor");
        await (await user.Client.GetAsync("/api/v1/desktops?cursor=rubbish")).ShouldBeProblemAsync(400, "invalid_cursor");
        await (await host.Admin.Client.GetAsync("/api/v1/accounts?cursor=" + cursor)).ShouldBeProblemAsync(400, "invalid_cursor");
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        host.Admin.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/v1/desktops").Body(body));
}
