using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>What the environment may change.</summary>
public sealed class SettingsTests(EdgeFixture edge)
{
    [Fact(Timeout = 60_000)]
    public async Task The_address_may_go_on_with_a_certificate()
    {
        await using var server = new HaproxyServer(
            edge.Api.Address,
            edge.Api.Address,
            ("CWS_ROUTER_BIND", "127.0.0.1:{port} ssl crt {dir}/server.pem"),
            ("CWS_PUBLIC_ORIGIN", "https://127.0.0.1:{port}"));
        await File.WriteAllTextAsync(Path.Combine(server.Directory.Root, "server.pem"), Certificate(), TestContext.Current.CancellationToken);
        await server.StartAsync();

        var answer = await GetOverTlsAsync(server.Port, "/auth/sign-in");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain("strict-transport-security: max-age=31536000");
        answer.ShouldContain("\"x-forwarded-proto\":[\"https\"]");
    }

    [Fact(Timeout = 60_000)]
    public async Task One_source_cannot_take_all_connections()
    {
        await using var server = new HaproxyServer(edge.Api.Address, edge.Api.Address, ("CWS_ROUTER_CONNECTIONS_PER_SOURCE", "5"));
        await server.StartAsync();
        var held = new List<TcpClient>();

        // One more each time: connections that say nothing are closed after a while, and then there is room again.
        await Waiting.UntilAsync(
            async () =>
            {
                held.AddRange(Enumerable.Range(0, 5).Select(_ => new TcpClient("127.0.0.1", server.Port)));
                return await RefusedAsync(server.Port);
            },
            "a further connection is refused");

        held.ForEach(c => c.Dispose());
        await Waiting.UntilAsync(async () => !await RefusedAsync(server.Port), "there is room again");
    }

    [Fact(Timeout = 60_000)]
    public async Task Pages_and_json_are_compressed_for_who_can_read_that()
    {
        var answer = await edge.NavigateAsync("/", edge.Alice.Token(edge.Key), "Accept-Encoding: gzip");

        answer.Header("Content-Encoding").ShouldBe("gzip");
        (await edge.NavigateAsync("/", edge.Alice.Token(edge.Key))).Header("Content-Encoding").ShouldBeNull();
    }

    private static async Task<bool> RefusedAsync(int port)
    {
        try
        {
            return (await RawHttp.SendAsync(port, "/health", [])).Status != 200;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return true;
        }
    }

    private static async Task<string> GetOverTlsAsync(int port, string target)
    {
        using var client = new TcpClient("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate!.Subject == "CN=router.test");
        await tls.AuthenticateAsClientAsync("router.test");
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: router.test\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(tls);
        return await reader.ReadToEndAsync();
    }

    private static string Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=router.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
