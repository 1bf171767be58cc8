using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tokens.Recordings;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

/// <summary>A recorded connection over HTTP: what proxies send, what people are given, what nobody gets.</summary>
public sealed class RecordingApiTests(ApiHost host)
{
    private const string Group = "recorded-by-test";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 120_000)]
    public async Task A_session_is_recorded_listed_played_exported_and_deleted_by_who_may()
    {
        var (owner, id, key) = await OpenAsync();
        using var proxy = ProxyClient();
        await (await proxy.PutAsync(Chunk(id, 0), Sealed(id, key, 0), None)).ShouldBeAsync(204);
        await (await proxy.PutAsync(Chunk(id, 1), Sealed(id, key, 1), None)).ShouldBeAsync(204);
        await (await proxy.PostAsync($"/internal/v1/recordings/{id}/complete", Answers.Json("""{"chunks":2,"reason":"closed"}"""), None)).ShouldBeAsync(204);

        var mine = (await (await owner.Client.GetAsync("/api/v1/recordings", None)).ShouldBeAsync(200))["items"]!.AsArray();
        (mine.Single()!.Text("id"), mine.Single()!.Text("state")).ShouldBe((id, "complete"));
        mine.ToJsonString().ShouldNotContain("ey\":\"", Case.Sensitive);
        await (await owner.Client.GetAsync($"/api/v1/recordings/{id}", None)).ShouldBeAsync(200);
        await (await owner.Client.GetAsync("/api/v1/recordings?owner=*", None)).ShouldBeProblemAsync(403, "forbidden");
        foreach (var path in new[] { "content", "timeline", "timeline.csv" })
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
        var (_, id, _) = await OpenAsync();
        foreach (var role in new[] { "user", "support" })
        {
            var other = await host.NewUserAsync(role);
            (await (await other.Client.GetAsync("/api/v1/recordings", None)).ShouldBeAsync(200))["items"]!.AsArray().ShouldBeEmpty();
            await (await other.Client.GetAsync($"/api/v1/recordings/{id}", None)).ShouldBeProblemAsync(404, "not_found");
            await (await other.Client.GetAsync($"/api/v1/recordings/{id}/content", None)).ShouldBeProblemAsync(403, "forbidden");
        }

        var auditor = await host.NewUserAsync("auditor");
        await (await auditor.Client.GetAsync($"/api/v1/recordings/{id}/content?from=-1", None)).ShouldBeProblemAsync(422, "invalid");
        await (await auditor.Client.GetAsync("/api/v1/recordings?from=yesterday", None)).ShouldBeProblemAsync(422, "invalid");
        await (await auditor.Client.GetAsync("/api/v1/recordings?cursor=x", None)).ShouldBeProblemAsync(400, "invalid_cursor");
        await (await host.Admin.Client.DeleteAsync($"/api/v1/recordings/{id}", None)).ShouldBeProblemAsync(409, "conflict");
    }

    private static string Chunk(string id, uint number) => $"/internal/v1/recordings/{id}/chunks/{number}";

    private static ByteArrayContent Bytes(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    private static ByteArrayContent Sealed(string id, byte[] key, uint number)
    {
        var records = new byte[200];
        var length = 0;
        foreach (var (kind, content) in new (RecordKind, byte[])[] { (RecordKind.Screen, Encoding.ASCII.GetBytes($"screen {number}")), (RecordKind.Key, [1, 0, 0, 0, (byte)'=']) })
        {
            StreamRecord.WriteHead(records.AsSpan(length), kind, number * 1000, content.Length);
            content.CopyTo(records, length + StreamRecord.HeadBytes);
            length += StreamRecord.HeadBytes + content.Length;
        }

        var chunk = new byte[ChunkSeal.MaximumBytes];
        using var aes = new AesGcm(key, 16);
        var sealedLength = ChunkSeal.Seal(aes, id, new ChunkHead(number, number * 1000, number * 1000, length, false), records.AsSpan(0, length), chunk);
        return Bytes(chunk[..sealedLength]);
    }

    /// <summary>A new person of the recorded group with an open connection, its recording, and its key as the desktop proxy gets it.</summary>
    private async Task<(TestUser Owner, string Recording, byte[] Key)> OpenAsync()
    {
        await (await host.Admin.Client.PutAsJsonAsync(
            "/api/v1/settings/session-policies", new { policies = new[] { new { name = "Recorded by test", groups = new[] { Group }, recording = "keys" } } }, None)).ShouldBeAsync(200);
        var owner = await host.NewUserAsync();
        await (await host.Admin.Client.PatchAsJsonAsync($"/api/v1/accounts/{owner.Id}", new { groups = new[] { Group } }, None)).ShouldBeAsync(200);
        owner = await host.SignInAsync(owner.Name, ApiHost.Password);
        var desktop = (await owner.BuiltDesktopAsync("on record")).Text("id");
        var granted = await (await owner.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null, None)).ShouldBeAsync(201);
        using var proxy = ProxyClient();
        var order = (await (await proxy.PostAsync($"/internal/v1/connections/{granted.Text("id")}/open", null, None)).ShouldBeAsync(200))["recording"]!;
        var key = host.Services.GetRequiredService<IKeyRing>().DesktopProxyKey.Rsa.Decrypt(Base64Url.DecodeFromChars(order.Text("key")), RSAEncryptionPadding.OaepSHA256);
        return (owner, order.Text("id"), key);
    }

    private HttpClient ProxyClient()
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.InternalKey);
        return client;
    }
}
