using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Api.Tests;

/// <summary>A recorded connection over HTTP: what proxies send, what people are given, what nobody gets.</summary>
public sealed class RecordingApiTests(ApiHost host)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 120_000)]
    public async Task A_session_is_recorded_listed_played_exported_and_deleted_by_who_may()
    {
        var session = await RecordedConnection.OpenAsync(host);
        var (owner, id) = (session.Owner, session.Recording);
        using var proxy = RecordedConnection.ProxyClient(host);
        await (await proxy.PutAsync(session.Chunk(0), session.Sealed(0), None)).ShouldBeAsync(204);
        await (await proxy.PutAsync(session.Chunk(1), session.Sealed(1), None)).ShouldBeAsync(204);
        await (await proxy.PostAsync($"/internal/v1/recordings/{id}/complete", Answers.Json("""{"chunks":2,"reason":"closed"}"""), None)).ShouldBeAsync(204);

        var mine = (await (await owner.Client.GetAsync("/api/v1/recordings", None)).ShouldBeAsync(200))["items"]!.AsArray();
        (mine.Single()!.Text("id"), mine.Single()!.Text("state")).ShouldBe((id, "complete"));
        mine.ToJsonString().ShouldNotContain("ey\":\"", Case.Sensitive);
        await (await owner.Client.GetAsync($"/api/v1/recordings/{id}", None)).ShouldBeAsync(200);
        await (await owner.Client.GetAsync("/api/v1/recordings?owner=*", None)).ShouldBeProblemAsync(403, "forbidden");
        foreach (var path in new[] { "content", "content?first=1&count=1", "outline", "timeline", "timeline.csv" })
        {
            await (await owner.Client.GetAsync($"/api/v1/recordings/{id}/{path}", None)).ShouldBeProblemAsync(403, "forbidden");
        }

        var auditor = await host.NewUserAsync("auditor");
        (await (await auditor.Client.GetAsync($"/api/v1/recordings?owner=*&limit=200&desktop={mine.Single()!["desktop"]!.Text("id")}", None)).ShouldBeAsync(200))["items"]!.AsArray().Count.ShouldBe(1);
        var content = await auditor.Client.GetAsync($"/api/v1/recordings/{id}/content?from=1000", None);
        content.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var bytes = await content.Content.ReadAsByteArrayAsync(None);
        bytes[3].ShouldBe((byte)1, "only the second chunk reaches to that time");
        Encoding.ASCII.GetString(bytes).ShouldContain("screen 1");
        var page = await auditor.Client.GetByteArrayAsync($"/api/v1/recordings/{id}/content?first=1&count=1", None);
        page.ShouldBe(bytes);
        (await auditor.Client.GetByteArrayAsync($"/api/v1/recordings/{id}/content?first=2&count=64", None)).ShouldBeEmpty();
        var outline = Encoding.ASCII.GetString(await auditor.Client.GetByteArrayAsync($"/api/v1/recordings/{id}/outline", None));
        outline.ShouldNotContain("screen");
        outline.Length.ShouldBe(2 * (16 + StreamRecord.HeadBytes + 5), "a head and a key of each chunk");
        (await (await auditor.Client.GetAsync($"/api/v1/recordings/{id}", None)).ShouldBeAsync(200))["chunks"]!.GetValue<int>().ShouldBe(2);
        (await auditor.Client.GetStringAsync($"/api/v1/recordings/{id}/timeline", None)).Trim().Split('\n')
            .Select(line => JsonNode.Parse(line)!.Text("kind")).ShouldBe(["begin", "key", "key"]);
        (await auditor.Client.GetStringAsync($"/api/v1/recordings/{id}/timeline.csv", None)).ShouldContain(",key,'=,0x3d,true\r\n");
        await (await auditor.Client.DeleteAsync($"/api/v1/recordings/{id}", None)).ShouldBeProblemAsync(403, "forbidden");
        await (await host.Admin.Client.DeleteAsync($"/api/v1/recordings/{id}", None)).ShouldBeAsync(204);
        await (await auditor.Client.GetAsync($"/api/v1/recordings/{id}/content", None)).ShouldBeProblemAsync(404, "not_found");
    }

    [Fact(Timeout = 120_000)]
    public async Task Strangers_and_the_help_desk_find_nothing_and_wrong_questions_are_named()
    {
        var id = (await RecordedConnection.OpenAsync(host)).Recording;
        foreach (var role in new[] { "user", "support" })
        {
            var other = await host.NewUserAsync(role);
            (await (await other.Client.GetAsync("/api/v1/recordings", None)).ShouldBeAsync(200))["items"]!.AsArray().ShouldBeEmpty();
            await (await other.Client.GetAsync($"/api/v1/recordings/{id}", None)).ShouldBeProblemAsync(404, "not_found");
            await (await other.Client.GetAsync($"/api/v1/recordings/{id}/content", None)).ShouldBeProblemAsync(403, "forbidden");
        }

        var auditor = await host.NewUserAsync("auditor");
        await (await auditor.Client.GetAsync($"/api/v1/recordings/{id}/content?from=-1", None)).ShouldBeProblemAsync(422, "invalid");
        foreach (var wrong in new[] { "content?first=-1", "content?count=0", "content?count=x", "content?first=4294967296", "outline?first=1&first=2" })
        {
            await (await auditor.Client.GetAsync($"/api/v1/recordings/{id}/{wrong}", None)).ShouldBeProblemAsync(422, "invalid");
        }

        await (await auditor.Client.GetAsync("/api/v1/recordings?from=yesterday", None)).ShouldBeProblemAsync(422, "invalid");
        await (await auditor.Client.GetAsync("/api/v1/recordings?cursor=x", None)).ShouldBeProblemAsync(400, "invalid_cursor");
        await (await host.Admin.Client.DeleteAsync($"/api/v1/recordings/{id}", None)).ShouldBeProblemAsync(409, "conflict");
    }
}
