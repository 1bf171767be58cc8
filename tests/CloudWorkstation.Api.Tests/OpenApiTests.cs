using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Swagger;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class OpenApiTests(ApiHost host)
{
    private const string Update = "CWS_UPDATE_SNAPSHOTS=1";
    private static readonly string Snapshot = Repository.File("api", "openapi.json");
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions NothingUnknown = new(ApiJson.Options) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    [Fact(Timeout = 60_000)]
    public async Task The_document_is_the_committed_one()
    {
        var current = await DocumentAsync();
        var text = current.ToJsonString(Readable) + "\n";
        var committed = File.Exists(Snapshot) ? await File.ReadAllTextAsync(Snapshot) : "{}";

        // Before the snapshot may be written anew: afterwards there would be nothing left to compare with.
        var breaks = OpenApiBreaks.Between(JsonNode.Parse(committed)!, current);
        breaks.ShouldBeEmpty($"These changes break clients: {string.Join("; ", breaks)}. Keep the old form beside the new one, or make a v2.");
        if (Environment.GetEnvironmentVariable("CWS_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(Snapshot, text);
            return;
        }

        text.ShouldBe(committed, $"The OpenAPI document changed. If that is meant, run the tests once with {Update} and commit api/openapi.json.");
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_endpoint_has_a_summary_a_success_and_its_refusals()
    {
        foreach (var (path, method, operation) in Operations(await DocumentAsync()))
        {
            operation["summary"]?.GetValue<string>().ShouldNotBeNullOrEmpty($"{method} {path}");
            operation["operationId"]?.GetValue<string>().ShouldNotBeNullOrEmpty($"{method} {path}");
            var statuses = operation["responses"]!.AsObject().Select(r => int.Parse(r.Key)).ToList();
            statuses.ShouldContain(s => s < 400, $"{method} {path}");
            statuses.ShouldContain(500, $"{method} {path}");
        }
    }

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(ExampleTypes))]
    public async Task An_example_is_what_its_type_says(Type type)
    {
        await Task.Yield();
        JsonSerializer.Deserialize(Examples.All[type], type, NothingUnknown).ShouldNotBeNull();
    }

    [Fact(Timeout = 10_000)]
    public async Task Removed_paths_members_and_statuses_are_seen_as_breaking()
    {
        await Task.Yield();
        var before = JsonNode.Parse("""{"paths":{"/a":{"get":{"responses":{"200":{},"404":{}},"parameters":[]},"post":{"responses":{}}}},"components":{"schemas":{"A":{"properties":{"x":{"type":"string"},"y":{}},"required":[]}}}}""")!;
        var after = JsonNode.Parse("""{"paths":{"/a":{"get":{"responses":{"200":{}},"parameters":[{"name":"q","required":true}]}}},"components":{"schemas":{"A":{"properties":{"x":{"type":"integer"}},"required":["z"]}}}}""")!;
        OpenApiBreaks.Between(before, after).ShouldBe(
        [
            "get /a no longer answers 404", "get /a now requires the parameter q", "post /a is gone", "A.x changed its type", "A.y is gone",
        ]);
        OpenApiBreaks.Between(before, before).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_page_needs_a_session_and_runs_nothing_from_elsewhere()
    {
        using var stranger = host.NewClient();
        await (await stranger.GetAsync("/api/swagger/index.html")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await stranger.GetAsync("/api/swagger/v1/swagger.json")).ShouldBeProblemAsync(401, "unauthenticated");
        using var page = await host.Admin.Client.GetAsync("/api/swagger/index.html");
        page.EnsureSuccessStatusCode();
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self';");
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldNotContain("http");
        html.ShouldNotContain("<script>");
    }

    public static IEnumerable<TheoryDataRow<Type>> ExampleTypes => Examples.All.Keys.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => new TheoryDataRow<Type>(t));

    private async Task<JsonNode> DocumentAsync() => await (await host.Admin.Client.GetAsync("/api/swagger/v1/swagger.json")).ShouldBeAsync(200);

    private static IEnumerable<(string Path, string Method, JsonNode Operation)> Operations(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, o.Key, o.Value!)));
}
