using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tokens.Recordings;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>A new person of the recorded group with an open connection, its recording, and its key as the desktop proxy gets it.</summary>
internal sealed record RecordedConnection(TestUser Owner, string Desktop, string Recording, byte[] Key)
{
    private const string Group = "recorded-by-test";
    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task<RecordedConnection> OpenAsync(ApiHost host)
    {
        await (await host.Admin.Client.PutAsJsonAsync(
            "/api/v1/settings/session-policies", new { policies = new[] { new { name = "Recorded by test", groups = new[] { Group }, recording = "keys" } } }, None)).ShouldBeAsync(200);
        var owner = await host.NewUserAsync();
        await (await host.Admin.Client.PatchAsJsonAsync($"/api/v1/accounts/{owner.Id}", new { groups = new[] { Group } }, None)).ShouldBeAsync(200);
        owner = await host.SignInAsync(owner.Name, ApiHost.Password);
        var desktop = (await owner.BuiltDesktopAsync("on record")).Text("id");
        var granted = await (await owner.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null, None)).ShouldBeAsync(201);
        using var proxy = ProxyClient(host);
        var order = (await (await proxy.PostAsync($"/internal/v1/connections/{granted.Text("id")}/open", null, None)).ShouldBeAsync(200))["recording"]!;
        var key = host.Services.GetRequiredService<IKeyRing>().DesktopProxyKey.Rsa.Decrypt(Base64Url.DecodeFromChars(order.Text("key")), RSAEncryptionPadding.OaepSHA256);
        return new RecordedConnection(owner, desktop, order.Text("id"), key);
    }

    public static HttpClient ProxyClient(ApiHost host)
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.InternalKey);
        return client;
    }

    public string Chunk(uint number) => $"/internal/v1/recordings/{Recording}/chunks/{number}";

    public ByteArrayContent Sealed(uint number)
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
        using var aes = new AesGcm(Key, 16);
        var sealedLength = ChunkSeal.Seal(aes, Recording, new ChunkHead(number, number * 1000, number * 1000, length, false), records.AsSpan(0, length), chunk);
        return new ByteArrayContent(chunk[..sealedLength]) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
    }
}
