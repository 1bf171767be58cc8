using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>Short words for what tests say all the time.</summary>
internal static class Answers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public static async Task<JsonNode> ReadAsync(this HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonNode>())!;

    public static async Task<JsonNode> ShouldBeAsync(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    /// <summary>A problem document, whole: media type, status, code, trace id, no stack.</summary>
    public static async Task<JsonNode> ShouldBeProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var problem = await response.ShouldBeAsync(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem["code"]!.GetValue<string>().ShouldBe(code, problem.ToJsonString());
        problem["status"]!.GetValue<int>().ShouldBe(status);
        problem["title"]!.GetValue<string>().ShouldNotBeEmpty();
        problem["detail"]!.GetValue<string>().ShouldNotBeEmpty();
        problem["traceId"]!.GetValue<string>().ShouldNotBeEmpty();
        problem.ToJsonString().ShouldNotContain("   at ");
        return problem;
    }

    public static string[] Fields(this JsonNode problem) => [.. problem["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>())];

    public static string Text(this JsonNode node, string name) => node[name]!.GetValue<string>();

    public static async Task<JsonNode> CreateDesktopAsync(this TestUser user, string name, string template = "plain")
    {
        var answer = await user.Client.PostAsJsonAsync("/api/v1/desktops", new { template, name });
        return await answer.ShouldBeAsync(202);
    }

    /// <summary>Creates a desktop and waits until it has come to what its name says.</summary>
    public static async Task<JsonNode> BuiltDesktopAsync(this TestUser user, string name, string status = "running")
    {
        var created = await user.CreateDesktopAsync(name);
        return await user.UntilStatusAsync(created["desktop"]!.Text("id"), status);
    }

    public static async Task<JsonNode> UntilStatusAsync(this TestUser user, string id, string status)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var desktop = (await user.Client.GetFromJsonAsync<JsonNode>("/api/v1/desktops/" + id, limit.Token))!;
            if (desktop.Text("status") == status)
            {
                return desktop;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    public static HttpRequestMessage With(this HttpRequestMessage request, string header, string value)
    {
        request.Headers.TryAddWithoutValidation(header, value).ShouldBeTrue();
        return request;
    }

    public static HttpRequestMessage Body(this HttpRequestMessage request, string json)
    {
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    /// <summary>name=value of a cookie that an answer sets; empty when it clears it.</summary>
    public static string Cookie(this HttpResponseMessage response, string name) =>
        response.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith(name + "=", StringComparison.Ordinal)).Split(';')[0];
}
